#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// After <stdio.h>, which it needs and does not include.
#include <jerror.h>
#include <jpeglib.h>

#include "image_codecs.h"

// A progressive file may have any number of scans over the whole image, each of a few bytes: a small file could take hours.
enum { MOST_SCANS = 500 };

typedef struct {
    struct jpeg_error_mgr manager;
    jmp_buf jump;
    int status;
    char *message;
    struct jpeg_progress_mgr progress;
    // Freed however the call ends.
    uint8_t *row;
    uint8_t *bytes;
    unsigned long written;
} context;

static _Noreturn void fail(context *c, int status, const char *text) {
    c->status = status;
    snprintf(c->message, SHK_IMAGE_MESSAGE, "%s", text);
    longjmp(c->jump, 1);
}

static void on_error(j_common_ptr jpeg) {
    context *c = (context *)jpeg->err;
    char text[JMSG_LENGTH_MAX];
    c->manager.format_message(jpeg, text);
    const int code = c->manager.msg_code;
    fail(c,
         code == JERR_OUT_OF_MEMORY                                          ? SHK_IMAGE_NO_MEMORY
         : code == JERR_INPUT_EOF                                            ? SHK_IMAGE_TRUNCATED
         : code == JERR_CONVERSION_NOTIMPL || code == JERR_SOF_UNSUPPORTED ||
                 code == JERR_ARITH_NOTIMPL || code == JERR_BAD_PRECISION    ? SHK_IMAGE_UNSUPPORTED
                                                                             : SHK_IMAGE_MALFORMED,
         text);
}

// Most warnings are about bits that every reader of JPEG passes over. One is not: the source fills up a file that ends too
// early with a mark of its end, and the rest of the image would be gray.
static void on_message(j_common_ptr jpeg, int level) {
    context *c = (context *)jpeg->err;
    if (level < 0 && c->manager.msg_code == JWRN_JPEG_EOF) {
        fail(c, SHK_IMAGE_TRUNCATED, "the file ends inside of the image");
    }
}

static void on_progress(j_common_ptr jpeg) {
    if (((j_decompress_ptr)jpeg)->input_scan_number > MOST_SCANS) {
        fail((context *)jpeg->err, SHK_IMAGE_MALFORMED, "more than 500 scans");
    }
}

static void silent(j_common_ptr jpeg) { (void)jpeg; }

static context *new_context(char *message) {
    context *c = calloc(1, sizeof(context));
    if (!c) return NULL;
    c->message = message;
    jpeg_std_error(&c->manager);
    c->manager.error_exit = on_error;
    c->manager.emit_message = on_message;
    c->manager.output_message = silent;
    c->progress.progress_monitor = on_progress;
    return c;
}

static uint32_t channels_of(struct jpeg_decompress_struct *jpeg) {
    return jpeg->jpeg_color_space == JCS_GRAYSCALE ? 1 : 3;
}

// Four inks to three lights. Adobe's programs store the inks inverted.
static void convert_inks(const uint8_t *inks, uint8_t *pixels, uint32_t width, int inverted) {
    for (uint32_t x = 0; x < width; x++, inks += 4, pixels += 3) {
        const unsigned black = inverted ? inks[3] : 255u - inks[3];
        for (int i = 0; i < 3; i++) {
            const unsigned ink = inverted ? inks[i] : 255u - inks[i];
            pixels[i] = (uint8_t)((ink * black + 127) / 255);
        }
    }
}

static void read_image(struct jpeg_decompress_struct *jpeg, context *c, const uint8_t *data, size_t count,
                       shk_image_info *found, const shk_image_info *wanted, uint8_t *pixels) {
    jpeg_create_decompress(jpeg);
    jpeg->progress = &c->progress;
    jpeg_mem_src(jpeg, (unsigned char *)data, count);
    jpeg_read_header(jpeg, TRUE);
    const uint32_t channels = channels_of(jpeg);
    if (found) {
        found->width = jpeg->image_width;
        found->height = jpeg->image_height;
        found->channels = channels;
    }
    if (!pixels) return;
    if (jpeg->image_width != wanted->width || jpeg->image_height != wanted->height || channels != wanted->channels) {
        fail(c, SHK_IMAGE_MALFORMED, "the header changed while it was read");
    }
    const int has_inks = jpeg->jpeg_color_space == JCS_CMYK || jpeg->jpeg_color_space == JCS_YCCK;
    jpeg->out_color_space = has_inks ? JCS_CMYK : channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg->dct_method = JDCT_ISLOW;
    jpeg_start_decompress(jpeg);
    const size_t stride = (size_t)wanted->width * channels;
    if (has_inks) {
        c->row = malloc((size_t)wanted->width * 4);
        if (!c->row) fail(c, SHK_IMAGE_NO_MEMORY, "out of memory");
    }
    while (jpeg->output_scanline < jpeg->output_height) {
        uint8_t *target = pixels + jpeg->output_scanline * stride;
        JSAMPROW row = has_inks ? c->row : target;
        if (jpeg_read_scanlines(jpeg, &row, 1) != 1) fail(c, SHK_IMAGE_TRUNCATED, "the file ends inside of the image");
        if (has_inks) convert_inks(c->row, target, wanted->width, jpeg->saw_Adobe_marker);
    }
    // What follows the image is not asked for: a missing mark of the end harms nobody.
}

static int run(const uint8_t *data, size_t count, shk_image_info *found, const shk_image_info *wanted, uint8_t *pixels,
               char *message) {
    context *c = new_context(message);
    if (!c) return SHK_IMAGE_NO_MEMORY;
    struct jpeg_decompress_struct *jpeg = calloc(1, sizeof(*jpeg));
    if (!jpeg) {
        free(c);
        return SHK_IMAGE_NO_MEMORY;
    }
    jpeg->err = &c->manager;
    if (setjmp(c->jump) == 0) read_image(jpeg, c, data, count, found, wanted, pixels);
    const int status = c->status;
    jpeg_destroy_decompress(jpeg);
    free(c->row);
    free(jpeg);
    free(c);
    return status;
}

int shk_jpeg_info(const uint8_t *data, size_t count, shk_image_info *info, char *message) {
    return run(data, count, info, NULL, NULL, message);
}

int shk_jpeg_decode(const uint8_t *data, size_t count, const shk_image_info *info, uint8_t *pixels, char *message) {
    return run(data, count, NULL, info, pixels, message);
}

static void write_image(struct jpeg_compress_struct *jpeg, context *c, const uint8_t *pixels,
                        const shk_image_info *image, int quality) {
    jpeg_create_compress(jpeg);
    jpeg_mem_dest(jpeg, &c->bytes, &c->written);
    jpeg->image_width = image->width;
    jpeg->image_height = image->height;
    jpeg->input_components = (int)image->channels;
    jpeg->in_color_space = image->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(jpeg);
    jpeg_set_quality(jpeg, quality, TRUE);
    jpeg_start_compress(jpeg, TRUE);
    const size_t stride = (size_t)image->width * image->channels;
    while (jpeg->next_scanline < jpeg->image_height) {
        JSAMPROW row = (JSAMPROW)(pixels + jpeg->next_scanline * stride);
        jpeg_write_scanlines(jpeg, &row, 1);
    }
    jpeg_finish_compress(jpeg);
}

int shk_jpeg_encode(const uint8_t *pixels, const shk_image_info *image, int quality, uint8_t **bytes, size_t *count,
                    char *message) {
    *bytes = NULL;
    *count = 0;
    if (image->channels != 1 && image->channels != 3) return SHK_IMAGE_UNSUPPORTED;
    context *c = new_context(message);
    if (!c) return SHK_IMAGE_NO_MEMORY;
    struct jpeg_compress_struct *jpeg = calloc(1, sizeof(*jpeg));
    if (!jpeg) {
        free(c);
        return SHK_IMAGE_NO_MEMORY;
    }
    jpeg->err = &c->manager;
    if (setjmp(c->jump) == 0) write_image(jpeg, c, pixels, image, quality);
    const int status = c->status;
    jpeg_destroy_compress(jpeg);
    // After an error the library may have freed this memory already and says nothing of it: rather a leak.
    if (status == SHK_IMAGE_OK) {
        *bytes = c->bytes;
        *count = c->written;
    }
    free(jpeg);
    free(c);
    return status;
}
