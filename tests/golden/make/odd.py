"""Files that encoders seldom write and every other program shows: frames out of place, odd types, metadata behind the pixels."""

import io
import struct
import zlib

import numpy as np

import containers as c
from photos import jpeg, jpegtran, UNTURN


def control(number, width, height, left=0, top=0, dispose=0, blend=0) -> bytes:
    return c.png_chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, width, height, left, top, 1, 10, dispose, blend))


def write_apng(put, figure):
    """Frames that stay, that go, and that are blended; the default image is the first frame, or none of them."""

    def rows(red, green, blue, alpha, width=60, height=40):
        samples = np.empty((height, width, 4), np.uint8)
        samples[...] = (red, green, blue, alpha)
        samples[:, : width // 3, 0] = np.linspace(0, 255, height).astype(np.uint8)[:, None]
        return zlib.compress(c.png_rows(samples, 8), 9)

    def announced(count):
        return c.png_chunk(b"acTL", struct.pack(">II", count, 0))

    first = c.png_chunk(b"IDAT", rows(200, 30, 30, 255))

    def later(number, width, height, data, *place):
        return control(number, width, height, *place) + c.png_chunk(b"fdAT", struct.pack(">I", number + 1) + data)

    def frames(number):
        """Three frames, the first of them with this sequence number."""
        return (
            later(number, 24, 16, rows(30, 160, 60, 255, 24, 16), 4, 6, 1, 0)
            + later(number + 2, 24, 16, rows(30, 60, 200, 255, 24, 16), 30, 14, 2, 1)
            + later(number + 4, 10, 10, rows(240, 220, 20, 90, 10, 10), 45, 2, 0, 0)
        )

    head = b"\x89PNG\r\n\x1a\n" + c.png_chunk(b"IHDR", struct.pack(">IIBBBBB", 60, 40, 8, 6, 0, 0, 0))
    end = c.png_chunk(b"IEND", b"")
    put("animated.png", head + announced(4) + control(0, 60, 40) + first + frames(1) + end)
    put("animated-default-apart.png", head + announced(4) + first + later(0, 60, 40, rows(90, 90, 20, 255)) + frames(2) + end)
    put("animated-without-frames.png", head + announced(4) + first + end)


def write_gif(put, figure, colours):
    indices = figure()
    put("frame-past-edge.gif", c.gif(40, 30, colours, [c.gif_frame(indices, left=5, top=4)]))
    put("frame-past-edge-interlaced.gif", c.gif(40, 30, colours, [c.gif_frame(indices, left=5, top=4, interlaced=True)]))
    frames = [c.gif_frame(indices, disposal=1), c.gif_frame(indices, left=30, top=20, transparent=1)]
    put("frames-past-edge.gif", c.gif(50, 36, colours, frames))
    screen = struct.pack("<HHBBB", 60, 40, 0x70, 0, 0)
    put("no-palette.gif", b"GIF89a" + screen + c.gif_frame(indices) + b"\x3b")
    # Between the palette and the frame; browsers skip what they do not know.
    unknown = b"\x21\x2a\x05Hello\x05World\0"
    put("unknown-extension.gif", c.gif(60, 40, colours, [unknown + c.gif_frame(indices)]))


def write_metadata(put, chart):
    stored = jpegtran(jpeg(chart, 90), *UNTURN[6])
    for name, kind, value in (("long", 4, ">I"), ("byte", 1, ">BBH"), ("signed-short", 8, ">hH")):
        number = struct.pack(value, *([6, 0, 0][: len(value) - 1]))
        entry = struct.pack(">HHHI", 1, 0x0112, kind, 1) + number
        put(f"orientation-{name}.jpg", c.jpeg_with_exif(stored, b"MM\0*\0\0\0\x08" + entry + b"\0" * 4))

    # EXIF data with a thumbnail and sizes, and XMP with an orientation, as a camera and an editor leave them.
    thumbnail = jpeg(chart.resize((24, 16)), 60)
    first = [(0x0100, 4, 96), (0x0101, 4, 64), (0x0112, 3, 6 << 16)]
    second_at = 8 + 2 + 12 * len(first) + 4
    second = [(0x0201, 4, second_at + 2 + 24 + 4), (0x0202, 4, len(thumbnail))]

    def directory(entries, following):
        packed = b"".join(struct.pack(">HHII", tag, kind, 1, value) for tag, kind, value in entries)
        return struct.pack(">H", len(entries)) + packed + struct.pack(">I", following)

    block = b"MM\0*\0\0\0\x08" + directory(first, second_at) + directory(second, 0) + thumbnail
    packet = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>'
    )
    name = b"http://ns.adobe.com/xap/1.0/\0"
    put("thumbnail-and-xmp.jpg", c.jpeg_insert(c.jpeg_with_exif(stored, block), 0xE1, name + packet))
    rights = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        b'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:rights><rdf:Alt><rdf:li xml:lang="x-default">'
        b"(c) 2026 Edgepix</rdf:li></rdf:Alt></dc:rights></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    put("copyright-in-xmp.jpg", c.jpeg_insert(jpeg(chart, 90), 0xE1, name + rights))


def write_png(put, chart):
    samples = np.array([[(x + y) % 3 == 0 for x in range(24)] for y in range(16)], np.uint8)[..., None]
    # Only the lowest bit of the transparent grey counts.
    key = c.png_chunk(b"tRNS", b"\0\xff")
    put("grey-1bit-key.png", c.png(24, 16, 1, 0, c.png_rows(samples, 1), before_data=key))
    # EXIF data behind the pixels.
    image = io.BytesIO()
    chart.save(image, "PNG")
    file = image.getvalue()
    put("orientation-behind-pixels.png", file[:-12] + c.png_chunk(b"eXIf", c.exif(6)) + file[-12:])


def write(put, chart, figure, colours):
    write_apng(put, figure)
    write_gif(put, figure, colours)
    write_metadata(put, chart)
    write_png(put, chart)
