#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image_codecs.h"

typedef struct {
    jmp_buf jump;
    int status;
    char *message;
    // Reading.
    const uint8_t *data;
    size_t count, position;
    // Writing.
    uint8_t *bytes;
    size_t written, capacity;
    // Freed however the call ends.
    png_bytep *rows;
} context;

static void on_error(png_structp png, png_const_charp text) {
    context *c = png_get_error_ptr(png);
    if (c->status == SHK_IMAGE_OK) c->status = SHK_IMAGE_MALFORMED;
    snprintf(c->message, SHK_IMAGE_MESSAGE, "%s", text);
    longjmp(c->jump, 1);
}

// Warnings are about what does not change the pixels: odd colour profiles, text chunks.
static void on_warning(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

static void read_bytes(png_structp png, png_bytep target, png_size_t wanted) {
    context *c = png_get_io_ptr(png);
    if (c->count - c->position < wanted) {
        c->status = SHK_IMAGE_TRUNCATED;
        png_error(png, "the file ends inside of the image");
    }
    memcpy(target, c->data + c->position, wanted);
    c->position += wanted;
}

// Opens the file and sets what turns every kind of PNG into 8 bits a channel.
static void open_image(png_structp png, png_infop info, context *c) {
    png_set_read_fn(png, c, read_bytes);
    png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
    png_set_chunk_cache_max(png, 128);
    png_set_chunk_malloc_max(png, 8 << 20);
    png_read_info(png, info);
    png_set_expand(png);
    png_set_strip_16(png);
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
}

static int read_image(const uint8_t *data, size_t count, shk_image_info *found, const shk_image_info *wanted,
                      uint8_t *pixels, char *message) {
    context *c = calloc(1, sizeof(context));
    if (!c) return SHK_IMAGE_NO_MEMORY;
    c->message = message;
    c->data = data;
    c->count = count;
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, c, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!info) {
        png_destroy_read_struct(&png, NULL, NULL);
        free(c);
        return SHK_IMAGE_NO_MEMORY;
    }
    if (setjmp(c->jump) == 0) {
        open_image(png, info, c);
        const uint32_t width = png_get_image_width(png, info);
        const uint32_t height = png_get_image_height(png, info);
        const uint32_t channels = png_get_channels(png, info);
        if (found) {
            found->width = width;
            found->height = height;
            found->channels = channels;
        }
        if (pixels) {
            const size_t stride = (size_t)width * channels;
            if (width != wanted->width || height != wanted->height || channels != wanted->channels ||
                png_get_rowbytes(png, info) != stride) {
                png_error(png, "the header changed while it was read");
            }
            c->rows = malloc((size_t)height * sizeof(png_bytep));
            if (!c->rows) {
                c->status = SHK_IMAGE_NO_MEMORY;
                png_error(png, "out of memory");
            }
            for (uint32_t y = 0; y < height; y++) c->rows[y] = pixels + (size_t)y * stride;
            png_read_image(png, c->rows);
        }
    }
    const int status = c->status;
    png_destroy_read_struct(&png, &info, NULL);
    free(c->rows);
    free(c);
    return status;
}

int shk_png_info(const uint8_t *data, size_t count, shk_image_info *info, char *message) {
    return read_image(data, count, info, NULL, NULL, message);
}

int shk_png_decode(const uint8_t *data, size_t count, const shk_image_info *info, uint8_t *pixels, char *message) {
    return read_image(data, count, NULL, info, pixels, message);
}

static void write_bytes(png_structp png, png_bytep source, png_size_t count) {
    context *c = png_get_io_ptr(png);
    if (c->capacity - c->written < count) {
        size_t capacity = c->capacity * 2 + count + 1024;
        uint8_t *bytes = realloc(c->bytes, capacity);
        if (!bytes) {
            c->status = SHK_IMAGE_NO_MEMORY;
            png_error(png, "out of memory");
        }
        c->bytes = bytes;
        c->capacity = capacity;
    }
    memcpy(c->bytes + c->written, source, count);
    c->written += count;
}

static void flush_bytes(png_structp png) { (void)png; }

int shk_png_encode(const uint8_t *pixels, const shk_image_info *image, int level, uint8_t **bytes, size_t *count,
                   char *message) {
    static const int kinds[] = {PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB,
                                PNG_COLOR_TYPE_RGB_ALPHA};
    *bytes = NULL;
    *count = 0;
    if (image->channels < 1 || image->channels > 4) return SHK_IMAGE_UNSUPPORTED;
    context *c = calloc(1, sizeof(context));
    if (!c) return SHK_IMAGE_NO_MEMORY;
    c->message = message;
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, c, on_error, on_warning);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    if (!info) {
        png_destroy_write_struct(&png, NULL);
        free(c);
        return SHK_IMAGE_NO_MEMORY;
    }
    if (setjmp(c->jump) == 0) {
        png_set_write_fn(png, c, write_bytes, flush_bytes);
        png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
        png_set_compression_level(png, level);
        png_set_IHDR(png, info, image->width, image->height, 8, kinds[image->channels - 1], PNG_INTERLACE_NONE,
                     PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
        png_write_info(png, info);
        for (uint32_t y = 0; y < image->height; y++) {
            png_write_row(png, pixels + (size_t)y * image->width * image->channels);
        }
        png_write_end(png, info);
    }
    const int status = c->status;
    png_destroy_write_struct(&png, &info);
    if (status == SHK_IMAGE_OK) {
        *bytes = c->bytes;
        *count = c->written;
    } else {
        free(c->bytes);
    }
    free(c);
    return status;
}

void shk_image_free(uint8_t *bytes) { free(bytes); }
