/* libjpeg-turbo's decoder with its default settings, and what it has to say about a file. */

#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

struct report {
    uint32_t width, height, channels;
    /* Whether there are pixels. */
    uint32_t decoded;
    uint32_t warnings;
    /* Whether coefficients come that have been there in full already, which no standard allows. */
    uint32_t repeats;
    /* So many rows from the top are the same whatever the width of the registers. */
    uint32_t exact_rows;
    /* The error, or the first warning. */
    char message[JMSG_LENGTH_MAX];
};

struct decoder {
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    struct jpeg_source_mgr source;
    const uint8_t *rest;
    size_t rest_length;
    jmp_buf fail;
    struct report *report;
    int scan;
    /* For each component and coefficient: the bits still missing, or -1. */
    int missing[MAX_COMPONENTS][DCTSIZE2];
};

static void on_error(j_common_ptr jpeg) {
    struct decoder *decoder = (struct decoder *)jpeg;
    jpeg->err->format_message(jpeg, decoder->report->message);
    longjmp(decoder->fail, 1);
}

static void on_message(j_common_ptr jpeg, int level) {
    struct decoder *decoder = (struct decoder *)jpeg;
    if (level >= 0)
        return;
    switch (jpeg->err->msg_code) {
    /* Numbers that nothing depends on, and bytes that nobody needs: the picture is whole. */
    case JWRN_ADOBE_XFORM:
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_JFIF_MAJOR:
    case JWRN_NOT_SEQUENTIAL:
        return;
    }
    if (decoder->report->warnings++ == 0)
        jpeg->err->format_message(jpeg, decoder->report->message);
}

/* Called often while scans are read: looks at the header of each once. */
static void on_progress(j_common_ptr common) {
    struct decoder *decoder = (struct decoder *)common;
    j_decompress_ptr jpeg = &decoder->jpeg;
    if (jpeg->input_scan_number == decoder->scan)
        return;
    decoder->scan = jpeg->input_scan_number;
    for (int i = 0; i < jpeg->comps_in_scan; i++) {
        int *missing = decoder->missing[jpeg->cur_comp_info[i]->component_index];
        int first = jpeg->progressive_mode ? jpeg->Ss : 0;
        int last = jpeg->progressive_mode ? jpeg->Se : DCTSIZE2 - 1;
        for (int k = first; k <= last && k < DCTSIZE2; k++) {
            if ((!jpeg->progressive_mode || jpeg->Ah == 0) && missing[k] >= 0)
                decoder->report->repeats = 1;
            missing[k] = jpeg->progressive_mode ? jpeg->Al : 0;
        }
    }
}

/* So little at a time that no quick path is taken: that one does not warn of illegal codes, and where it gives up
   before a marker it leaves coefficients behind. On sound data both are the same. */
static boolean fill(j_decompress_ptr jpeg) {
    static const uint8_t end[] = {0xFF, JPEG_EOI};
    struct decoder *decoder = (struct decoder *)jpeg;
    size_t length = decoder->rest_length < DCTSIZE2 ? decoder->rest_length : DCTSIZE2;
    decoder->source.next_input_byte = decoder->rest;
    decoder->source.bytes_in_buffer = length;
    decoder->rest += length;
    decoder->rest_length -= length;
    if (length == 0) {
        WARNMS(jpeg, JWRN_JPEG_EOF);
        decoder->source.next_input_byte = end;
        decoder->source.bytes_in_buffer = sizeof end;
    }
    return TRUE;
}

static void skip(j_decompress_ptr jpeg, long count) {
    struct jpeg_source_mgr *source = jpeg->src;
    for (; count > (long)source->bytes_in_buffer; fill(jpeg))
        count -= (long)source->bytes_in_buffer;
    if (count > 0) {
        source->next_input_byte += count;
        source->bytes_in_buffer -= count;
    }
}

static void nothing(j_decompress_ptr jpeg) { (void)jpeg; }

static void start(struct decoder *decoder, const uint8_t *bytes, size_t length) {
    j_decompress_ptr jpeg = &decoder->jpeg;
    jpeg_create_decompress(jpeg);
    jpeg->progress = &decoder->progress;
    decoder->progress.progress_monitor = on_progress;
    decoder->scan = 0;
    memset(decoder->missing, -1, sizeof decoder->missing);
    decoder->rest = bytes;
    decoder->rest_length = length;
    decoder->source = (struct jpeg_source_mgr){
        .init_source = nothing,
        .fill_input_buffer = fill,
        .skip_input_data = skip,
        .resync_to_restart = jpeg_resync_to_restart,
        .term_source = nothing,
    };
    jpeg->src = &decoder->source;
    jpeg_read_header(jpeg, TRUE);
}

/* Whether libjpeg-turbo's vector code may wrap where sums are kept in 16 bits. The first pass gives no more than
   4 x 1.387 times the sum of a column, or 4 times where there is but the first row, and both passes add coefficients 0
   and 4, 1 and 5, 3 and 7. */
static int may_wrap(const JCOEF *block, const UINT16 *steps) {
    int sums[DCTSIZE] = {0};
    for (int i = 0; i < DCTSIZE2; i++)
        sums[i % DCTSIZE] += abs((int16_t)((unsigned)block[i] * steps[i]));
    return sums[0] + sums[4] > 5900 || sums[1] + sums[5] > 5900 || sums[3] + sums[7] > 5900 || sums[2] > 5900 ||
           sums[6] > 5900;
}

/* The rows above the first block that may wrap, less the one that is filtered with it. */
static uint32_t exact_rows(j_decompress_ptr jpeg) {
    jvirt_barray_ptr *coefficients = jpeg_read_coefficients(jpeg);
    JDIMENSION sound = jpeg->image_height;
    for (int c = 0; c < jpeg->num_components; c++) {
        jpeg_component_info *component = &jpeg->comp_info[c];
        if (component->quant_table == NULL)
            continue;
        for (JDIMENSION y = 0; y < component->height_in_blocks; y++) {
            JBLOCKARRAY row = jpeg->mem->access_virt_barray((j_common_ptr)jpeg, coefficients[c], y, 1, FALSE);
            JDIMENSION above = y * DCTSIZE * jpeg->max_v_samp_factor / component->v_samp_factor;
            above = above > 2 ? above - 2 : 0;
            for (JDIMENSION x = 0; x < component->width_in_blocks && above < sound; x++)
                if (may_wrap(row[0][x], component->quant_table->quantval))
                    sound = above;
        }
    }
    return sound;
}

/* Decodes a file of at most `most` pixels. `pixels` has room for four bytes each. */
void turbo_decode(const uint8_t *bytes, size_t length, uint8_t *pixels, size_t most, struct report *report) {
    struct decoder decoder;
    j_decompress_ptr jpeg = &decoder.jpeg;
    memset(report, 0, sizeof *report);
    memset(&decoder, 0, sizeof decoder);
    decoder.report = report;
    jpeg->err = jpeg_std_error(&decoder.errors);
    decoder.errors.error_exit = on_error;
    decoder.errors.emit_message = on_message;
    if (setjmp(decoder.fail)) {
        jpeg_destroy_decompress(jpeg);
        return;
    }
    start(&decoder, bytes, length);
    if ((size_t)jpeg->image_width * jpeg->image_height > most) {
        strcpy(report->message, "too large");
        jpeg_destroy_decompress(jpeg);
        return;
    }
    /* Guesses at coefficients that have not come yet. */
    jpeg->do_block_smoothing = FALSE;
    jpeg_start_decompress(jpeg);
    report->width = jpeg->output_width;
    report->height = jpeg->output_height;
    report->channels = jpeg->output_components;
    while (jpeg->output_scanline < jpeg->output_height) {
        JSAMPROW row = pixels + (size_t)jpeg->output_scanline * report->width * report->channels;
        jpeg_read_scanlines(jpeg, &row, 1);
    }
    report->decoded = 1;
    jpeg_destroy_decompress(jpeg);
    if (report->warnings > 0 || report->repeats)
        return;

    /* Once more, for the coefficients. What comes behind a single scan does not matter any more. */
    struct report unused = *report;
    decoder.report = &unused;
    if (setjmp(decoder.fail)) {
        jpeg_destroy_decompress(jpeg);
        return;
    }
    start(&decoder, bytes, length);
    report->exact_rows = exact_rows(jpeg);
    jpeg_destroy_decompress(jpeg);
}
