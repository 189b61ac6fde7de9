"""Small files that mean much work: each format's ways to state, or to repeat, more than a file of its length should."""

import struct
import zlib
from pathlib import Path

import containers as c


def deflated(parts) -> bytes:
    """A zlib stream of parts, as short as zlib makes it."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(part) for part in parts) + packer.flush()


def zeros(count: int):
    """So many zero bytes, a part at a time."""
    part = b"\0" * (1 << 20)
    for _ in range(count >> 20):
        yield part
    yield b"\0" * (count & ((1 << 20) - 1))


# PNG


def png_of(width, height, depth, colour, stream: bytes, *, before_data=b"", interlace=0) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    chunks = c.png_chunk(b"IHDR", header) + before_data + c.png_chunk(b"IDAT", stream)
    return b"\x89PNG\r\n\x1a\n" + chunks + c.png_chunk(b"IEND", b"")


def adam7_bytes(width, height, bits):
    """Bytes of all filtered rows of the seven passes."""
    total = 0
    for left, top, across, down in c.ADAM7:
        columns, rows = -(-(width - left) // across), -(-(height - top) // down)
        if columns > 0 and rows > 0:
            total += rows * (1 + (columns * bits + 7) // 8)
    return total


def write_png(put):
    # One column and one row, as long as the limit of pixels lets them be.
    put("column-120mp.png", png_of(1, 120_000_000, 1, 0, deflated(zeros(240_000_000))))
    put("row-120mp.png", png_of(120_000_000, 1, 1, 0, deflated(zeros(15_000_001))))
    # The header alone: a row of it would take almost a gigabyte.
    put("row-120mp-rgba-16bit.png", png_of(120_000_000, 1, 16, 6, deflated([b"\0" * 64])))
    palette = c.png_chunk(b"PLTE", bytes([200, 40, 40]))
    stream = deflated(zeros(adam7_bytes(10_000, 10_000, 1)))
    put("adam7-palette-100mp.png", png_of(10_000, 10_000, 1, 3, stream, before_data=palette, interlace=1))
    put("adam7-column-100mp.png", png_of(1, 100_000_000, 1, 0, deflated([b"\0" * 64]), interlace=1))
    pixels = deflated([b"".join(b"\0" + bytes(8 * 3) for _ in range(8))])
    # Texts that each inflate to more than is kept: nobody may inflate them all.
    text = deflated(zeros(1 << 20))
    copies = c.png_chunk(b"zTXt", b"Copyright\0\0" + text) * 40
    put("texts.png", png_of(8, 8, 8, 2, pixels, before_data=copies))
    packet = c.png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\x01\0\0\0" + deflated(zeros(20 << 20)))
    put("xmp.png", png_of(8, 8, 8, 2, pixels, before_data=packet))


# WebP


class Bits:
    """Bits from the lowest of each byte."""

    def __init__(self):
        self.value, self.length = 0, 0

    def put(self, value, bits):
        self.value |= value << self.length
        self.length += bits

    def bytes(self) -> bytes:
        return self.value.to_bytes((self.length + 7) // 8, "little")


def one_colour(width, height) -> bytes:
    """A lossless WebP file of one colour: a prefix code of one symbol takes no bits, so that there is no data at all."""
    bits = Bits()
    bits.put(0x2F, 8)
    bits.put(width - 1, 14)
    bits.put(height - 1, 14)
    bits.put(0, 1 + 3)  # no alpha, version 0
    bits.put(0, 3)  # no transforms, no colour cache, no other groups of codes
    for symbol in (90, 200, 40, 255, 0):
        bits.put(0b01, 2)  # simple, one symbol
        bits.put(1, 1)
        bits.put(symbol, 8)
    data = bits.bytes()
    return c.riff([(b"VP8L", data)])


def write_webp(put):
    put("one-colour-268mp.webp", one_colour(16_384, 16_384))
    put("one-colour-64mp.webp", one_colour(8_000, 8_000))
    # 1001 frames, and 1000 whose canvases together are over the limit.
    tiny = dict(c.riff_chunks(one_colour(1, 1)))[b"VP8L"]
    frame = b"\0" * 12 + (100).to_bytes(3, "little") + b"\0"
    frame += b"VP8L" + struct.pack("<I", len(tiny)) + tiny + b"\0" * (len(tiny) & 1)
    for name, side, count in (("frames-1001", 16, 1001), ("frames-1000-of-1mp", 1000, 1000)):
        sides = (side - 1).to_bytes(3, "little") * 2
        chunks = [(b"VP8X", b"\x02\0\0\0" + sides), (b"ANIM", b"\0" * 6), *[(b"ANMF", frame)] * count]
        put(f"{name}.webp", c.riff(chunks))


# JPEG


def segment(marker, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def end_of_bands(blocks) -> bytes:
    """A scan that says of all blocks that they have nothing in its band: runs of at most 2¹⁵ − 1 blocks, each by a code of
    one bit."""
    text = ""
    while blocks > 0:
        # A run that is too long ends with the scan.
        run = min(max(blocks, 1 << 14), (1 << 15) - 1)
        text += f"0{run - (1 << 14):014b}"
        blocks -= run
    text += "1" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big").replace(b"\xff", b"\xff\0")


def progressive(side, scans) -> bytes:
    """A grey picture of one shade, in a first scan and so many that add nothing to it."""
    blocks = (side // 8) ** 2
    file = b"\xff\xd8" + segment(0xDB, b"\0" + b"\x01" * 64)
    file += segment(0xC2, struct.pack(">BHHB", 8, side, side, 1) + b"\x01\x11\0")
    # A code of one bit each: no difference, and a run of 2¹⁴ blocks and more that end here.
    file += segment(0xC4, b"\0\x01" + b"\0" * 15 + b"\0")
    file += segment(0xC4, b"\x10\x01" + b"\0" * 15 + b"\xe0")
    file += segment(0xDA, b"\x01\x01\0\0\0\0") + b"\0" * (blocks // 8)
    empty = end_of_bands(blocks)
    for number in range(scans):
        # Each band of coefficients first at its highest bit, then at each lower one, as the standard allows it.
        band, level = 1 + number // 14 % 63, number % 14
        high, low = (0, 13) if level == 0 else (14 - level, 13 - level)
        file += segment(0xDA, bytes([1, 1, 0, band, band, high << 4 | low])) + empty
    return file + b"\xff\xd9"


def write_jpeg(put):
    # The standard allows 14 passes over each of 63 bands; 160 scans are all that are read.
    put("scans-883.jpg", progressive(64, 882))
    put("scans-160-of-17mp.jpg", progressive(4096, 159))


# GIF


def lzw_zeros(count) -> bytes:
    """So many pixels of one colour by the longest strings that there are: the table is filled, and never cleared."""
    clear, end, width, following = 4, 5, 3, 6
    value, fill, out = 0, 0, bytearray()

    def put(code):
        nonlocal value, fill
        value |= code << fill
        fill += width
        while fill >= 8:
            out.append(value & 255)
            value >>= 8
            fill -= 8

    put(clear)
    put(0)
    count -= 1
    length, code = 2, following
    while count >= length:
        put(code)
        count -= length
        if code < 4095:
            length, code = length + 1, code + 1
            if code >= 1 << width and width < 12:
                width += 1
    while count:
        put(0)
        count -= 1
    put(end)
    out.append(value & 255)
    return bytes(out)


def gif_of(width, height, frames) -> bytes:
    screen = struct.pack("<HHBBB", width, height, 0x81, 0, 0)
    table = bytes([200, 40, 40, 9, 9, 9, 0, 0, 0, 255, 255, 255])
    return b"GIF89a" + screen + table + b"".join(frames) + b"\x3b"


def gif_frame(width, height, data, disposal=0) -> bytes:
    control = b"\x21\xf9\x04" + bytes([disposal << 2, 1, 0, 0, 0])
    return control + b"\x2c" + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02" + c.gif_blocks(data)


def write_gif(put):
    put("strings-100mp.gif", gif_of(10_000, 10_000, [gif_frame(10_000, 10_000, lzw_zeros(100_000_000))]))
    dot = gif_frame(1, 1, lzw_zeros(1), disposal=3)
    put("frames-1001.gif", gif_of(16, 16, [dot] * 1001))
    put("frames-1000-of-1mp.gif", gif_of(1000, 1000, [dot] * 1000))
    ground = gif_frame(500, 500, lzw_zeros(250_000))
    put("frames-1000-undone.gif", gif_of(500, 500, [ground, *[dot] * 999]))
    # Each frame far larger than the canvas.
    strings = lzw_zeros(25_000_000)
    put("frames-past-edge.gif", gif_of(10, 10, [gif_frame(5_000, 5_000, strings)] * 3))


# ICC profiles


def profile(tags, *, count=None, size=None) -> bytes:
    """An RGB display profile of these (signature, offset or data, length or None) tags."""
    table, body = b"", b""
    start = 128 + 4 + 12 * len(tags)
    for signature, data, length in tags:
        if isinstance(data, bytes):
            table += signature + struct.pack(">II", start + len(body), len(data) if length is None else length)
            body += data + b"\0" * (-len(data) % 4)
        else:
            table += signature + struct.pack(">II", data, length)
    head = bytearray(128)
    head[4:8], head[8:12] = b"none", b"\x04\x30\0\0"
    head[12:24], head[36:40] = b"mntrRGB XYZ ", b"acsp"
    whole = struct.pack(">I", len(tags) if count is None else count) + table + body
    head[0:4] = struct.pack(">I", 128 + len(whole) if size is None else size)
    return bytes(head) + whole


def write_profiles(put):
    pixels = deflated([b"".join(b"\0" + bytes(8 * 3) for _ in range(8))])
    point = b"XYZ \0\0\0\0" + struct.pack(">iii", 0x6000, 0x8000, 0x2000)
    points = [(name, point, None) for name in (b"rXYZ", b"gXYZ", b"bXYZ", b"wtpt")]
    endless = b"curv\0\0\0\0" + struct.pack(">I", 0xFFFFFFFF) + b"\0\x10" * 4
    # A table of 255 points a side for each of three colours, as its header says.
    grid = b"mft2\0\0\0\0\x03\x03\xff\0" + struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    grid += struct.pack(">HH", 4096, 4096) + b"\0" * 64
    for name, lying in {
        "count": profile(points, count=0xFFFFFFFF),
        "size": profile(points, size=0xFFFFFFFF),
        "offsets": profile([(name, 0xFFFFFFF0, 0x20) for name in (b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC")]),
        "curves": profile(points + [(name, endless, None) for name in (b"rTRC", b"gTRC", b"bTRC")]),
        "table": profile([*points, (b"A2B0", grid, None)]),
        "overlaps": profile([(bytes([65 + n // 26 % 26, 65 + n % 26, 48, 48]), 128, 4) for n in range(600)] * 20),
    }.items():
        chunk = c.png_chunk(b"iCCP", b"liar\0\0" + zlib.compress(lying, 9))
        put(f"profile-{name}.png", png_of(8, 8, 8, 2, pixels, before_data=chunk))


def write(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)

    def put(name, data):
        (out / name).write_bytes(data)

    write_png(put)
    write_webp(put)
    write_jpeg(put)
    write_gif(put)
    write_profiles(put)
