"""Sources that must be refused, or read only in part: damaged, lying, oversized, and no images at all."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

import containers as c
from photos import jpeg, jpegtran


def zeros_deflated(count: int) -> bytes:
    """A zlib stream of `count` zero bytes."""
    packer = zlib.compressobj(9)
    part = b"\0" * (1 << 20)
    return b"".join(packer.compress(part) for _ in range(count >> 20)) + packer.flush()


def noise(width: int, height: int, grain: int = 8) -> Image.Image:
    """Soft coloured noise: every part of its coded data matters."""
    grain = np.random.default_rng(7).integers(0, 255, (height // grain, width // grain, 3), dtype=np.uint8)
    return Image.fromarray(grain).resize((width, height), Image.Resampling.BICUBIC)


def scan_offsets(file: bytes) -> list[int]:
    """Where each scan of a JPEG begins."""
    return [at for at in range(len(file) - 1) if file[at : at + 2] == b"\xff\xda"]


def restart_offsets(file: bytes) -> list[int]:
    """Where each restart marker of a JPEG ends."""
    return [at + 2 for at in range(len(file) - 1) if file[at] == 0xFF and 0xD0 <= file[at + 1] <= 0xD7]


def write_truncated(put):
    image = noise(160, 128)
    # Restart markers at every row of blocks tell exactly how many rows a cut file holds: 16 for each marker.
    rows = jpegtran(jpeg(image, 85), "-restart", "1")
    ends = restart_offsets(rows)
    put("cut-after-96-of-128-rows.jpg", rows[: ends[5]])
    put("cut-after-32-of-128-rows.jpg", rows[: ends[1]])
    progressive = jpegtran(jpeg(noise(160, 128, 32), 85), "-progressive")
    scans = scan_offsets(progressive)
    put("cut-in-second-scan.jpg", progressive[: (scans[1] + scans[2]) // 2])
    put("cut-in-first-scan.jpg", progressive[: scans[0] + (scans[1] - scans[0]) // 4])
    put("cut-in-header.jpg", rows[:40])
    samples = np.asarray(image)
    data = c.png_rows(samples, 8)
    whole = zlib.compress(data, 0)  # stored, so that bytes and rows keep step
    header = struct.pack(">IIBBBBB", 160, 128, 8, 2, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + c.png_chunk(b"IHDR", header)
    png += b"".join(c.png_chunk(b"IDAT", whole[at : at + 4096]) for at in range(0, len(whole), 4096))
    row = 1 + 160 * 3
    put("cut-after-three-quarters.png", png[: 41 + 96 * row])
    put("cut-after-a-quarter.png", png[: 41 + 32 * row])
    put("cut-in-header.png", png[:20])
    y, x = np.mgrid[0:48, 0:64]
    indices = (1 + (x // 8 + y // 6) % 5).astype(np.uint8)
    colours = [(0, 0, 0), (250, 60, 60), (60, 250, 60), (60, 60, 250), (250, 250, 60), (60, 250, 250)]
    gif = c.gif(64, 48, colours, [c.gif_frame(indices)])
    put("cut-after-three-quarters.gif", gif[: len(gif) * 3 // 4])
    put("cut-after-a-quarter.gif", gif[: 90 + len(gif) // 5])
    put("cut-in-header.gif", gif[:9])
    for name, options in (("lossy", {"quality": 85}), ("lossless", {"lossless": True})):
        out = io.BytesIO()
        image.save(out, "WEBP", **options)
        put(f"cut-after-a-quarter-{name}.webp", out.getvalue()[: len(out.getvalue()) // 4])
    put("cut-in-header.webp", out.getvalue()[:18])


def write_bombs(put):
    def png_of(width, height, depth=8, colour=2):
        return c.png(width, height, depth, colour, b"\0" * 64)

    put("bomb-50000x50000.png", png_of(50_000, 50_000))
    put("bomb-most-pixels.png", png_of(0x7FFFFFFF, 0x7FFFFFFF))
    put("bomb-65535x65535.gif", c.gif(65535, 65535, [(9, 9, 9)], [c.gif_frame(np.zeros((1, 1), np.uint8))]))
    file = jpeg(Image.new("RGB", (16, 16)), 80)
    at = file.index(b"\xff\xc0")
    put("bomb-65500x65500.jpg", file[: at + 5] + struct.pack(">HH", 65500, 65500) + file[at + 9 :])
    # 14 bits a side are all that a key frame has: 16383 × 16383 pixels, twice what is accepted.
    key_frame = b"\x10\x02\0" + b"\x9d\x01\x2a" + struct.pack("<HH", 16383, 16383) + b"\0" * 16
    put("bomb-16383x16383.webp", c.riff([(b"VP8 ", key_frame)]))
    # An animation's canvas may be far larger than its frames.
    side = (16384 - 1).to_bytes(3, "little")
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "WEBP", lossless=True)
    kind, data = next(iter(c.riff_chunks(out.getvalue())))
    frame = b"\0" * 6 + (7).to_bytes(3, "little") * 2 + (100).to_bytes(3, "little") + b"\0"
    frame += kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) & 1)
    canvas = [
        (b"VP8X", b"\x02\0\0\0" + side + side),
        (b"ANIM", b"\0" * 6),
        (b"ANMF", frame),
        (b"ANMF", frame),
    ]
    put("bomb-canvas.webp", c.riff(canvas))


def write_lies(put, sources: Path):
    png = (sources / "chart.png").read_bytes()
    put("no-pixels.png", c.png(0, 32, 8, 2, b"\0"))
    put("no-data.png", png[:33] + png[-12:])
    put("wrong-crc.png", png[:29] + b"\0\0\0\0" + png[33:])
    at = png.index(b"IDAT") + 6
    put("wrong-deflate.png", png[:at] + b"\xff" * 40 + png[at + 40 :])
    put("unknown-colour-type.png", c.png(8, 8, 8, 5, b"\0" * 200))
    put("no-palette.png", c.png(8, 8, 8, 3, b"\0" * 72))
    put("no-frames.gif", c.gif(20, 20, [(1, 2, 3)], []))
    file = (sources / "chart.jpg").read_bytes()
    frame = file.index(b"\xff\xc0")
    put(
        "twelve-bits.jpg",
        file[: frame + 1] + b"\xc1" + file[frame + 2 : frame + 4] + b"\x0c" + file[frame + 5 :],
    )
    put("lossless-process.jpg", file[: frame + 1] + b"\xc3" + file[frame + 2 :])
    put("no-pixels.jpg", file[: frame + 7] + b"\0\0" + file[frame + 9 :])
    put("no-scan.jpg", file[: scan_offsets(file)[0]] + b"\xff\xd9")
    put("arithmetic.jpg", jpegtran(file, "-arithmetic"))
    put("unknown-chunks-only.webp", c.riff([(b"ABCD", b"12345678")]))


def write_others(put):
    image = noise(64, 48)
    for kind, extension in (("BMP", "bmp"), ("TIFF", "tiff"), ("ICO", "ico"), ("AVIF", "avif")):
        out = io.BytesIO()
        image.save(out, kind)
        put(f"other.{extension}", out.getvalue())
    put("page.html", b"<!doctype html><title>404</title><h1>Not found</h1>\n")
    put(
        "drawing.svg",
        b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="4" cx="4" cy="4"/></svg>\n',
    )
    put("random.bin", np.random.default_rng(1).bytes(600))
    put("empty.jpg", b"")
    put("only-start.jpg", b"\xff\xd8\xff")


def write(put, sources: Path) -> None:
    write_truncated(put)
    write_bombs(put)
    write_lies(put, sources)
    write_others(put)
