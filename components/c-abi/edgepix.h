/* The core as a WebAssembly core module: dist/edgepix.wasm, which imports nothing.
 *
 * These are the module's exports as a host sees them: every address is a number, an offset into the module's memory, which
 * is exported as "memory". One call at a time; for several at once, a host makes several instances.
 *
 * The steps of a job:
 *
 *     address = edgepix_allocate(length);                        the host copies the photo to memory + address
 *     query = edgepix_allocate(17);                              … and "w=400&format=webp" to memory + query
 *     result = edgepix_transform(address, length, query, 17);
 *     if (edgepix_result_error(result) == EDGEPIX_OK)            the host copies the image out of memory
 *         use(memory + edgepix_result_bytes(result), edgepix_result_bytes_length(result));
 *     edgepix_result_free(result);
 *     edgepix_free(query);
 *     edgepix_free(address);
 *
 * Any call may make the memory grow: a host pointer to the memory must be fetched again after each call.
 */

#ifndef EDGEPIX_H
#define EDGEPIX_H

#include <stdint.h>

/* What edgepix_abi_version() answers for this header. It changes when hosts written for it would no longer work. It stays
 * when functions are added. */
#define EDGEPIX_ABI_VERSION 1

/* An offset into the module's memory; 0 is nowhere. */
typedef uint32_t edgepix_address;

/* Names a result until edgepix_result_free; never 0. */
typedef uint32_t edgepix_result;

enum edgepix_error {
    EDGEPIX_OK = 0,
    /* The caller's: a parameter is unknown, repeated, empty or out of range; an address is outside of all buffers. */
    EDGEPIX_INVALID_PARAMETER = 1,
    /* The caller's: a parameter or value that is not built yet. */
    EDGEPIX_UNSUPPORTED = 2,
    /* The source's: not an image, or not of a kind that is read. */
    EDGEPIX_UNSUPPORTED_SOURCE = 3,
    /* The source's: an image whose data is broken. */
    EDGEPIX_DAMAGED_SOURCE = 4,
    /* Larger than a limit. */
    EDGEPIX_TOO_LARGE = 5,
    /* A defect of this module. */
    EDGEPIX_INTERNAL = 6
};

/* EDGEPIX_ABI_VERSION of the module. */
uint32_t edgepix_abi_version(void);

/* A buffer of `size` bytes, all 0, for the host to write into; 0 where there is no memory for it. */
edgepix_address edgepix_allocate(uint32_t size);

/* Frees a buffer. Any other address is ignored. */
void edgepix_free(edgepix_address buffer);

/* Upper bounds of the calls that follow, all checked before a pixel is decoded. 0 is the default.
 *
 * source_bytes   bytes of the source                                            32 MiB
 * source_pixels  pixels of the source, width times height                       120 million
 * output_side    pixels along either side of the result                         8192
 * frames         frames of an animation                                         1000
 * memory         bytes that a job may plan for, beside the source's own         512 MiB */
void edgepix_limits(uint64_t source_bytes, uint64_t source_pixels, uint32_t output_side,
                    uint32_t frames, uint64_t memory);

/* More upper bounds, as above.
 *
 * output_pixels     pixels of the result, width times height, of all its frames   50 million
 * animation_pixels  pixels of the frames of an animation that a job decodes       250 million
 * work              WebAssembly instructions that a job may plan for              40 thousand million */
void edgepix_work_limits(uint64_t output_pixels, uint64_t animation_pixels, uint64_t work);

/* The same limits by their names in programs, in JSON: {"sourcePixels":50000000,"memory":67108864}. Those that are left
 * out have their defaults again. The result is an error, which changes nothing, or the limits that hold now as JSON:
 * {"sourceBytes":33554432,"sourcePixels":50000000,"outputSide":8192,"outputPixels":50000000,"frames":1000,
 *  "animationPixels":250000000,"memory":67108864,"work":40000000000} */
edgepix_result edgepix_set_limits(edgepix_address json, uint32_t json_length);

/* All options and limits that the module has, for bindings that are made of them or tested against them. JSON:
 * {"options":[{"option":"fit","name":"fit","kind":"words","words":["inside",…],"values":"inside, …","default":"inside",
 *              "help":"How the image meets the box."},…],
 *  "limits":{"sourceBytes":33554432,…}}
 *
 * option   the name in JSON; `name` is the one in a query
 * kind     the type of its values in JSON: "side" and "quality" (whole numbers), "number", "flag" (true, false), "words",
 *          "numbers" (one of `words`, as a number), "format", "gravity", "crop", "text"
 * words    the values, where they can be listed
 * also     other words that are taken for some of these, where there are any
 * values, default, help   in words, for documentation */
edgepix_result edgepix_vocabulary(void);

/* Three calls. Each leaves its buffers as they are and always makes a result, which may be an error. The bytes at an
 * address may begin anywhere in a buffer, but have to end in the same one.
 *
 * `options` are UTF-8, without a 0 at the end, in one of two forms. Errors name options as the form does.
 *
 * - The query of a URL of /resize/, without `src`, percent-encoded: "w=400&format=webp", or nothing. Without `format`, or
 *   with format=auto, PNG is written where the source's header announces transparency, else JPEG.
 * - A JSON object with the names of programs, which begins with "{": {"width":400,"format":"webp"}. Without "format", the
 *   source's own is written. "gravity" may be a point, {"x":0.3,"y":0.7}; "crop" is {"x":0,"y":"10p","width":400,
 *   "height":"50p"} or the text of a query, "0,10p,400,50p". null is the default. */

/* Reads an image's headers, without decoding a pixel. JSON as /info/ answers it:
 * {"width":2064,"height":1396,"format":"jpeg","sizeBytes":484810,"orientation":1,"frames":1,"hasAlpha":false,
 *  "bitDepth":8,"profile":null,"progressive":false} */
edgepix_result edgepix_metadata(edgepix_address source, uint32_t source_length);

/* What a job will cost, or why it is refused, without decoding a pixel. `memory` is in bytes, with the result and without
 * the source; `work` is in WebAssembly instructions. JSON:
 * {"memory":…,"work":…,"width":400,"height":271,"format":"webp","dropped":[]} */
edgepix_result edgepix_plan(edgepix_address source, uint32_t source_length,
                            edgepix_address options, uint32_t options_length);

/* Decodes, crops, resizes, rotates and encodes an image: the result's bytes. JSON:
 * {"width":400,"height":271,"format":"webp","mediaType":"image/webp","sizeBytes":15224,
 * "dropped":[]}: which of "exif", "xmp" and "icc" were asked for and had to be left out. */
edgepix_result edgepix_transform(edgepix_address source, uint32_t source_length,
                                 edgepix_address options, uint32_t options_length);

/* The content of a result. Its addresses are valid until it is freed; the host only reads there. */

/* An enum edgepix_error. EDGEPIX_INVALID_PARAMETER where there is no such result. */
uint32_t edgepix_result_error(edgepix_result result);

/* The image's bytes. Of length 0 for all but a transform that succeeded. */
edgepix_address edgepix_result_bytes(edgepix_result result);
uint32_t edgepix_result_bytes_length(edgepix_result result);

/* JSON, UTF-8, without a 0 at its end: as said above, or for an error the fields of a problem detail (RFC 9457) that do not
 * belong to HTTP; those without a value are left out:
 * {"type":"urn:edgepix:error:too-large","detail":"a sentence","parameter":"memory","limit":100000,"actual":528835}
 * {"type":"urn:edgepix:error:invalid-parameter","detail":"a sentence","parameter":"fit","allowed":"inside, outside, …"} */
edgepix_address edgepix_result_json(edgepix_result result);
uint32_t edgepix_result_json_length(edgepix_result result);

/* Frees a result, its bytes and its JSON. Any other number is ignored. */
void edgepix_result_free(edgepix_result result);

#endif
