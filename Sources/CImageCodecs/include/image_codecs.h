// PNG and JPEG in memory, over libpng and libjpeg. Both libraries report errors by jumping out of the call, which Swift
// cannot survive; here the jumps end, and come out as a status and a line of text.

#ifndef SHINKEI_IMAGE_CODECS_H
#define SHINKEI_IMAGE_CODECS_H

#include <stddef.h>
#include <stdint.h>

#define SHK_IMAGE_MESSAGE 200

enum {
    SHK_IMAGE_OK = 0,
    SHK_IMAGE_MALFORMED = 1,
    SHK_IMAGE_TRUNCATED = 2,
    SHK_IMAGE_UNSUPPORTED = 3,
    SHK_IMAGE_NO_MEMORY = 4,
};

typedef struct {
    uint32_t width;
    uint32_t height;
    // Of the pixels that decoding gives: 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha.
    uint32_t channels;
} shk_image_info;

// What the header says. Nothing of the image's size is allocated.
int shk_png_info(const uint8_t *data, size_t count, shk_image_info *info, char *message);
int shk_jpeg_info(const uint8_t *data, size_t count, shk_image_info *info, char *message);

// Fills `pixels`, which has room for what `info` said: rows from the top, 8 bits a channel.
int shk_png_decode(const uint8_t *data, size_t count, const shk_image_info *info, uint8_t *pixels, char *message);
int shk_jpeg_decode(const uint8_t *data, size_t count, const shk_image_info *info, uint8_t *pixels, char *message);

// Memory that was written; `shk_image_free` releases it.
int shk_png_encode(const uint8_t *pixels, const shk_image_info *info, int level, uint8_t **bytes, size_t *count,
                   char *message);
int shk_jpeg_encode(const uint8_t *pixels, const shk_image_info *info, int quality, uint8_t **bytes, size_t *count,
                    char *message);
void shk_image_free(uint8_t *bytes);

#endif
