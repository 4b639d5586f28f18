/* A surface to draw on that becomes a PNG or PDF file in memory. Lengths are in points; y grows downwards. */
#ifndef SHINKEI_CANVAS_H
#define SHINKEI_CANVAS_H

#include <stddef.h>
#include <stdint.h>

typedef struct shk_canvas shk_canvas;

/* Whether this build has cairo and pango. Without them `shk_canvas_new` returns NULL. */
int shk_canvas_is_available(void);

/* A surface of so many points; a PNG has `scale` pixels to a point. NULL if there is no memory for it. */
shk_canvas *shk_canvas_new(int is_pdf, double width, double height, double scale);
void shk_canvas_free(shk_canvas *canvas);

/* The colour of what follows, each part 0 to 1. */
void shk_canvas_color(shk_canvas *canvas, double red, double green, double blue, double alpha);

/* Parts of the current path. */
void shk_canvas_move(shk_canvas *canvas, double x, double y);
void shk_canvas_line(shk_canvas *canvas, double x, double y);
void shk_canvas_curve(shk_canvas *canvas, double x1, double y1, double x2, double y2, double x, double y);
void shk_canvas_close(shk_canvas *canvas);
void shk_canvas_rectangle(shk_canvas *canvas, double x, double y, double width, double height, double radius);
void shk_canvas_ellipse(shk_canvas *canvas, double x, double y, double width, double height);

/* Paints the current path, which stays. */
void shk_canvas_fill(shk_canvas *canvas);
void shk_canvas_stroke(shk_canvas *canvas, double width, const double *dashes, int dash_count);
/* Forgets the current path. */
void shk_canvas_new_path(shk_canvas *canvas);

/* Until the matching pop, only what is inside this rectangle is drawn. */
void shk_canvas_clip(shk_canvas *canvas, double x, double y, double width, double height);
void shk_canvas_pop(shk_canvas *canvas);

/* One line of UTF-8 whose baseline starts at (anchor 0), is centred on (1) or ends at (2) a point, and reads upwards if
   `is_turned`. Returns the number of characters that no installed font has. */
int shk_canvas_text(
    shk_canvas *canvas, const char *text, double x, double y, double size, int is_bold, int anchor, int is_turned);

/* Pixels, red, green, blue and alpha, rows first, stretched over a rectangle; edges stay sharp. */
void shk_canvas_image(
    shk_canvas *canvas, const uint8_t *rgba, int columns, int rows, double x, double y, double width, double height);

/* Ends the drawing. Returns the file's bytes, which belong to the canvas, or NULL and a reason. */
const uint8_t *shk_canvas_finish(shk_canvas *canvas, size_t *count, const char **reason);

#endif
