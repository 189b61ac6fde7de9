"""Image containers written by hand: what no encoder writes on purpose, and what must be exact to the byte."""

import struct
import zlib

# PNG


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, depth, colour, rows: bytes, *, before_data=b"", interlace=0) -> bytes:
    """A PNG from filtered rows; `before_data` are whole chunks between IHDR and IDAT."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + before_data
        + png_chunk(b"IDAT", zlib.compress(rows, 9))
        + png_chunk(b"IEND", b"")
    )


def png_rows(samples, depth: int) -> bytes:
    """Rows without filter from an array (height, width, channels) of whole samples of `depth` bits."""
    rows = []
    for row in samples.reshape(samples.shape[0], -1):
        if depth == 16:
            packed = row.astype(">u2").tobytes()
        elif depth == 8:
            packed = row.astype("u1").tobytes()
        else:
            bits = "".join(f"{int(value):0{depth}b}" for value in row)
            bits += "0" * (-len(bits) % 8)
            packed = int(bits, 2).to_bytes(len(bits) // 8, "big")
        rows.append(b"\0" + packed)
    return b"".join(rows)


ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def png_interlaced(samples, depth: int, colour: int) -> bytes:
    """An Adam7-interlaced PNG of an array (height, width, channels)."""
    passes = [samples[y::dy, x::dx] for x, y, dx, dy in ADAM7]
    rows = b"".join(png_rows(part, depth) for part in passes if part.size)
    return png(samples.shape[1], samples.shape[0], depth, colour, rows, interlace=1)


def png_insert(file: bytes, chunk: bytes) -> bytes:
    """The file with a chunk behind IHDR."""
    return file[:33] + chunk + file[33:]


# EXIF


def exif(orientation: int, *, big_endian=False, copyright: bytes = b"", artist: bytes = b"") -> bytes:
    """A TIFF block with the tags given."""
    order = ">" if big_endian else "<"
    entries = [(0x0112, 3, 1, struct.pack(order + "HH", orientation, 0))]
    values = b""
    texts = [(tag, text + b"\0") for tag, text in ((0x013B, artist), (0x8298, copyright)) if text]
    start = 8 + 2 + 12 * (1 + len(texts)) + 4
    for tag, text in texts:
        if len(text) <= 4:
            entries.append((tag, 2, len(text), text.ljust(4, b"\0")))
        else:
            entries.append((tag, 2, len(text), struct.pack(order + "I", start + len(values))))
            values += text
    directory = struct.pack(order + "H", len(entries))
    for tag, kind, count, value in entries:
        directory += struct.pack(order + "HHI", tag, kind, count) + value
    head = b"MM\0*" if big_endian else b"II*\0"
    return head + struct.pack(order + "I", 8) + directory + struct.pack(order + "I", 0) + values


def jpeg_insert(file: bytes, marker: int, data: bytes) -> bytes:
    """The file with a segment behind SOI."""
    return file[:2] + struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data + file[2:]


def jpeg_with_exif(file: bytes, block: bytes) -> bytes:
    return jpeg_insert(file, 0xE1, b"Exif\0\0" + block)


# WebP


def riff(chunks) -> bytes:
    body = b"WEBP"
    for kind, data in chunks:
        body += kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) & 1)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def riff_chunks(file: bytes):
    """The (kind, data) pairs of a WebP file."""
    at = 12
    while at + 8 <= len(file):
        kind, length = file[at : at + 4], struct.unpack_from("<I", file, at + 4)[0]
        yield kind, file[at + 8 : at + 8 + length]
        at += 8 + length + (length & 1)


def webp_extended(file: bytes, width: int, height: int, *, exif_data: bytes, alpha=False) -> bytes:
    """A simple WebP file as an extended one (VP8X) that carries EXIF data."""
    images = [(kind, data) for kind, data in riff_chunks(file) if kind in (b"ALPH", b"VP8 ", b"VP8L")]
    flags = 0x08 | (0x10 if alpha else 0)
    header = bytes([flags, 0, 0, 0]) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return riff([(b"VP8X", header), *images, (b"EXIF", exif_data)])


# GIF


def lzw(indices, code_size: int) -> bytes:
    """LZW data of palette indices that clears its table before it would grow: uncompressed, and valid."""
    clear, width = 1 << code_size, code_size + 1
    bits, fill, out = 0, 0, bytearray()

    def put(code):
        nonlocal bits, fill
        bits |= code << fill
        fill += width
        while fill >= 8:
            out.append(bits & 255)
            bits >>= 8
            fill -= 8

    for position, index in enumerate(indices):
        if position % (clear - 2) == 0:
            put(clear)
        put(int(index))
    put(clear + 1)
    if fill:
        out.append(bits & 255)
    return bytes(out)


def gif_blocks(data: bytes) -> bytes:
    parts = [data[at : at + 255] for at in range(0, len(data), 255)]
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"


def gif_frame(indices, *, left=0, top=0, delay=10, disposal=0, transparent=None, interlaced=False) -> bytes:
    """A frame of an array (height, width) of indices below 16."""
    height, width = indices.shape
    if interlaced:
        order = [y for start, step in ((0, 8), (4, 8), (2, 4), (1, 2)) for y in range(start, height, step)]
        indices = indices[order]
    flags = disposal << 2 | (transparent is not None)
    control = b"\x21\xf9\x04" + struct.pack("<BHBB", flags, delay, transparent or 0, 0)
    descriptor = b"\x2c" + struct.pack("<HHHHB", left, top, width, height, 0x40 if interlaced else 0)
    return control + descriptor + b"\x04" + gif_blocks(lzw(indices.flatten(), 4))


def gif(width: int, height: int, palette, frames, *, loop=False) -> bytes:
    """A GIF of up to 16 colours (a list of RGB triples)."""
    colours = [*palette, *[(0, 0, 0)] * (16 - len(palette))]
    table = bytes(value for colour in colours for value in colour)
    repeat = b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0" if loop else b""
    screen = struct.pack("<HHBBB", width, height, 0xF3, 0, 0)
    return b"GIF89a" + screen + table + repeat + b"".join(frames) + b"\x3b"
