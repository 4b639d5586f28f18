#include "shinkei_canvas.h"

#include <stdlib.h>
#include <string.h>

#if defined(__has_include)
#if __has_include(<pango/pangocairo.h>)
#define SHINKEI_HAS_CAIRO 1
#endif
#endif

#ifdef SHINKEI_HAS_CAIRO

#include <cairo-pdf.h>
#include <math.h>
#include <pango/pangocairo.h>

/* The first that is there is taken, glyph by glyph; the first two have equal widths, which the layouts reckon with. */
#define FONTS "DejaVu Sans, Verdana, Noto Sans CJK JP, Sans"

struct shk_canvas {
    cairo_surface_t *surface;
    cairo_t *cairo;
    int is_pdf;
    uint8_t *bytes;
    size_t count, capacity;
};

int shk_canvas_is_available(void) { return 1; }

static cairo_status_t append(void *context, const unsigned char *data, unsigned int count) {
    shk_canvas *canvas = context;
    if (canvas->capacity - canvas->count < count) {
        size_t capacity = 2 * canvas->capacity + count + 4096;
        uint8_t *bytes = realloc(canvas->bytes, capacity);
        if (!bytes) return CAIRO_STATUS_NO_MEMORY;
        canvas->bytes = bytes;
        canvas->capacity = capacity;
    }
    memcpy(canvas->bytes + canvas->count, data, count);
    canvas->count += count;
    return CAIRO_STATUS_SUCCESS;
}

shk_canvas *shk_canvas_new(int is_pdf, double width, double height, double scale) {
    shk_canvas *canvas = calloc(1, sizeof *canvas);
    if (!canvas) return NULL;
    canvas->is_pdf = is_pdf;
    if (is_pdf) {
        canvas->surface = cairo_pdf_surface_create_for_stream(append, canvas, width, height);
    } else {
        canvas->surface = cairo_image_surface_create(
            CAIRO_FORMAT_ARGB32, (int)ceil(width * scale - 1e-6), (int)ceil(height * scale - 1e-6));
    }
    if (cairo_surface_status(canvas->surface) == CAIRO_STATUS_SUCCESS) {
        canvas->cairo = cairo_create(canvas->surface);
        if (!is_pdf) cairo_scale(canvas->cairo, scale, scale);
    }
    if (!canvas->cairo || cairo_status(canvas->cairo) != CAIRO_STATUS_SUCCESS) {
        shk_canvas_free(canvas);
        return NULL;
    }
    return canvas;
}

void shk_canvas_free(shk_canvas *canvas) {
    if (!canvas) return;
    /* A PDF surface writes its last bytes when it is destroyed. */
    if (canvas->cairo) cairo_destroy(canvas->cairo);
    if (canvas->surface) cairo_surface_destroy(canvas->surface);
    free(canvas->bytes);
    free(canvas);
}

void shk_canvas_color(shk_canvas *canvas, double red, double green, double blue, double alpha) {
    cairo_set_source_rgba(canvas->cairo, red, green, blue, alpha);
}

void shk_canvas_move(shk_canvas *canvas, double x, double y) { cairo_move_to(canvas->cairo, x, y); }
void shk_canvas_line(shk_canvas *canvas, double x, double y) { cairo_line_to(canvas->cairo, x, y); }
void shk_canvas_curve(shk_canvas *canvas, double x1, double y1, double x2, double y2, double x, double y) {
    cairo_curve_to(canvas->cairo, x1, y1, x2, y2, x, y);
}
void shk_canvas_close(shk_canvas *canvas) { cairo_close_path(canvas->cairo); }

void shk_canvas_rectangle(shk_canvas *canvas, double x, double y, double width, double height, double radius) {
    cairo_t *cairo = canvas->cairo;
    if (radius <= 0) {
        cairo_rectangle(cairo, x, y, width, height);
        return;
    }
    const double quarter = acos(0.0);
    cairo_new_sub_path(cairo);
    cairo_arc(cairo, x + width - radius, y + radius, radius, -quarter, 0);
    cairo_arc(cairo, x + width - radius, y + height - radius, radius, 0, quarter);
    cairo_arc(cairo, x + radius, y + height - radius, radius, quarter, 2 * quarter);
    cairo_arc(cairo, x + radius, y + radius, radius, 2 * quarter, 3 * quarter);
    cairo_close_path(cairo);
}

void shk_canvas_ellipse(shk_canvas *canvas, double x, double y, double width, double height) {
    if (width <= 0 || height <= 0) return;
    cairo_save(canvas->cairo);
    cairo_translate(canvas->cairo, x + width / 2, y + height / 2);
    cairo_scale(canvas->cairo, width / 2, height / 2);
    cairo_new_sub_path(canvas->cairo);
    cairo_arc(canvas->cairo, 0, 0, 1, 0, 4 * acos(0.0));
    cairo_close_path(canvas->cairo);
    cairo_restore(canvas->cairo);
}

void shk_canvas_fill(shk_canvas *canvas) { cairo_fill_preserve(canvas->cairo); }

void shk_canvas_stroke(shk_canvas *canvas, double width, const double *dashes, int dash_count) {
    cairo_set_line_width(canvas->cairo, width);
    cairo_set_line_join(canvas->cairo, CAIRO_LINE_JOIN_ROUND);
    cairo_set_dash(canvas->cairo, dashes, dash_count, 0);
    cairo_stroke_preserve(canvas->cairo);
}

void shk_canvas_new_path(shk_canvas *canvas) { cairo_new_path(canvas->cairo); }

void shk_canvas_clip(shk_canvas *canvas, double x, double y, double width, double height) {
    cairo_save(canvas->cairo);
    cairo_rectangle(canvas->cairo, x, y, width, height);
    cairo_clip(canvas->cairo);
}

void shk_canvas_pop(shk_canvas *canvas) { cairo_restore(canvas->cairo); }

int shk_canvas_text(
    shk_canvas *canvas, const char *text, double x, double y, double size, int is_bold, int anchor, int is_turned) {
    PangoLayout *layout = pango_cairo_create_layout(canvas->cairo);
    PangoFontDescription *font = pango_font_description_from_string(FONTS);
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    pango_font_description_set_weight(font, is_bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(layout, font);
    pango_layout_set_single_paragraph_mode(layout, 1);
    pango_layout_set_text(layout, text, -1);
    int width = 0, height = 0;
    pango_layout_get_size(layout, &width, &height);
    double left = -anchor * 0.5 * width / PANGO_SCALE;
    double top = -(double)pango_layout_get_baseline(layout) / PANGO_SCALE;
    cairo_save(canvas->cairo);
    cairo_translate(canvas->cairo, x, y);
    if (is_turned) cairo_rotate(canvas->cairo, -acos(0.0));
    cairo_move_to(canvas->cairo, left, top);
    pango_cairo_show_layout(canvas->cairo, layout);
    cairo_restore(canvas->cairo);
    cairo_new_path(canvas->cairo);
    int unknown = pango_layout_get_unknown_glyphs_count(layout);
    pango_font_description_free(font);
    g_object_unref(layout);
    return unknown;
}

void shk_canvas_image(
    shk_canvas *canvas, const uint8_t *rgba, int columns, int rows, double x, double y, double width, double height) {
    cairo_surface_t *image = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, columns, rows);
    if (cairo_surface_status(image) == CAIRO_STATUS_SUCCESS) {
        uint8_t *data = cairo_image_surface_get_data(image);
        int stride = cairo_image_surface_get_stride(image);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                const uint8_t *from = rgba + 4 * ((size_t)row * columns + column);
                uint32_t a = from[3];
                uint32_t pixel = a << 24 | from[0] * a / 255 << 16 | from[1] * a / 255 << 8 | from[2] * a / 255;
                memcpy(data + (size_t)row * stride + 4 * (size_t)column, &pixel, 4);
            }
        }
        cairo_surface_mark_dirty(image);
        cairo_save(canvas->cairo);
        cairo_translate(canvas->cairo, x, y);
        cairo_scale(canvas->cairo, width / columns, height / rows);
        cairo_set_source_surface(canvas->cairo, image, 0, 0);
        cairo_pattern_set_filter(cairo_get_source(canvas->cairo), CAIRO_FILTER_NEAREST);
        cairo_rectangle(canvas->cairo, 0, 0, columns, rows);
        cairo_fill(canvas->cairo);
        cairo_restore(canvas->cairo);
    }
    cairo_surface_destroy(image);
}

const uint8_t *shk_canvas_finish(shk_canvas *canvas, size_t *count, const char **reason) {
    cairo_status_t status = cairo_status(canvas->cairo);
    if (status == CAIRO_STATUS_SUCCESS) {
        if (canvas->is_pdf) {
            cairo_show_page(canvas->cairo);
            cairo_surface_finish(canvas->surface);
            status = cairo_surface_status(canvas->surface);
        } else {
            status = cairo_surface_write_to_png_stream(canvas->surface, append, canvas);
        }
    }
    *count = canvas->count;
    *reason = cairo_status_to_string(status);
    return status == CAIRO_STATUS_SUCCESS ? canvas->bytes : NULL;
}

#else

int shk_canvas_is_available(void) { return 0; }
shk_canvas *shk_canvas_new(int is_pdf, double width, double height, double scale) {
    (void)is_pdf, (void)width, (void)height, (void)scale;
    return NULL;
}
void shk_canvas_free(shk_canvas *canvas) { (void)canvas; }
void shk_canvas_color(shk_canvas *canvas, double red, double green, double blue, double alpha) {
    (void)canvas, (void)red, (void)green, (void)blue, (void)alpha;
}
void shk_canvas_move(shk_canvas *canvas, double x, double y) { (void)canvas, (void)x, (void)y; }
void shk_canvas_line(shk_canvas *canvas, double x, double y) { (void)canvas, (void)x, (void)y; }
void shk_canvas_curve(shk_canvas *canvas, double x1, double y1, double x2, double y2, double x, double y) {
    (void)canvas, (void)x1, (void)y1, (void)x2, (void)y2, (void)x, (void)y;
}
void shk_canvas_close(shk_canvas *canvas) { (void)canvas; }
void shk_canvas_rectangle(shk_canvas *canvas, double x, double y, double width, double height, double radius) {
    (void)canvas, (void)x, (void)y, (void)width, (void)height, (void)radius;
}
void shk_canvas_ellipse(shk_canvas *canvas, double x, double y, double width, double height) {
    (void)canvas, (void)x, (void)y, (void)width, (void)height;
}
void shk_canvas_fill(shk_canvas *canvas) { (void)canvas; }
void shk_canvas_stroke(shk_canvas *canvas, double width, const double *dashes, int dash_count) {
    (void)canvas, (void)width, (void)dashes, (void)dash_count;
}
void shk_canvas_new_path(shk_canvas *canvas) { (void)canvas; }
void shk_canvas_clip(shk_canvas *canvas, double x, double y, double width, double height) {
    (void)canvas, (void)x, (void)y, (void)width, (void)height;
}
void shk_canvas_pop(shk_canvas *canvas) { (void)canvas; }
int shk_canvas_text(
    shk_canvas *canvas, const char *text, double x, double y, double size, int is_bold, int anchor, int is_turned) {
    (void)canvas, (void)text, (void)x, (void)y, (void)size, (void)is_bold, (void)anchor, (void)is_turned;
    return 0;
}
void shk_canvas_image(
    shk_canvas *canvas, const uint8_t *rgba, int columns, int rows, double x, double y, double width, double height) {
    (void)canvas, (void)rgba, (void)columns, (void)rows, (void)x, (void)y, (void)width, (void)height;
}
const uint8_t *shk_canvas_finish(shk_canvas *canvas, size_t *count, const char **reason) {
    (void)canvas;
    *count = 0;
    *reason = "built without cairo";
    return NULL;
}

#endif
