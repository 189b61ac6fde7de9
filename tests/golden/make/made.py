"""The made sources: small pictures that each hold one thing that decoders get wrong."""

import io
import subprocess
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

import again
import colours
import containers as c
import hostile
import odd
from photos import UNTURN, jpeg, jpegtran, turned

GIF_COLOURS = [(250, 250, 250), (200, 30, 40), (30, 140, 60), (40, 60, 190), (240, 190, 30), (20, 20, 20)]


def chart(width=96, height=64) -> Image.Image:
    """A picture that is different whichever way it is turned or mirrored: four tinted quarters and an F."""
    y, x = np.mgrid[0:height, 0:width]
    left, top = x < width // 2, y < height // 2
    red = np.where(left, 210, 60) + x * 30 // width
    green = np.where(top, 190, 50) + y * 40 // height
    blue = np.where(left ^ top, 170, 40)
    image = Image.fromarray(np.dstack([red, green, blue]).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    u = height // 8
    for box in ((2, 1, 3, 7), (3, 1, 7, 2), (3, 3, 6, 4)):
        draw.rectangle([side * u for side in box[:2]] + [side * u - 1 for side in box[2:]], fill="black")
    return image


def ramp(width, height, channels, top):
    """Slopes of another direction in each channel, from 0 to `top`."""
    y, x = np.mgrid[0:height, 0:width]
    x, y = x / (width - 1), y / (height - 1)
    slopes = [x, y, 1 - (x + y) / 2, 0.15 + 0.85 * (1 - x) * y]
    return np.dstack([np.round(slopes[index] * top).astype(np.uint32) for index in range(channels)])


def alpha_edges() -> Image.Image:
    """Opaque red and half transparent blue discs over transparent green: green must never show."""
    pixels = np.zeros((96, 96, 4), np.uint8)
    pixels[..., 1] = 255
    y, x = np.mgrid[0:96, 0:96]
    pixels[(x - 34) ** 2 + (y - 40) ** 2 < 26**2] = (220, 20, 30, 255)
    pixels[(x - 64) ** 2 + (y - 60) ** 2 < 22**2] = (20, 40, 230, 128)
    return Image.fromarray(pixels)


def figure(indices_below=6, width=60, height=40):
    """Palette indices: vertical bars, a lying triangle, nothing symmetrical."""
    y, x = np.mgrid[0:height, 0:width]
    indices = (x * (indices_below - 1) // width + 1).astype(np.uint8)
    indices[y * 2 > x + 20] = 1
    indices[(x < 12) & (y < 8)] = indices_below - 1
    return indices


def write_png(put):
    for depth in (1, 2, 4, 8, 16):
        grey = ramp(48, 32, 1, (1 << depth) - 1)
        put(f"grey-{depth}bit.png", c.png(48, 32, depth, 0, c.png_rows(grey, depth)))
    put("rgb-16bit.png", c.png(48, 32, 16, 2, c.png_rows(ramp(48, 32, 3, 65535), 16)))
    put("rgba-16bit.png", c.png(48, 32, 16, 6, c.png_rows(ramp(48, 32, 4, 65535), 16)))
    grey_alpha = ramp(48, 32, 4, 255)[..., [0, 3]]
    put("grey-alpha.png", c.png(48, 32, 8, 4, c.png_rows(grey_alpha, 8)))
    key = c.png_chunk(b"tRNS", b"\0\x05")
    put("grey-4bit-key.png", c.png(48, 32, 4, 0, c.png_rows(ramp(48, 32, 1, 15), 4), before_data=key))
    colours = np.asarray(chart())
    key = c.png_chunk(b"tRNS", b"".join(bytes([0, int(value)]) for value in (0, 0, 0)))
    put("rgb-key.png", c.png(96, 64, 8, 2, c.png_rows(colours, 8), before_data=key))
    for depth in (1, 2, 4, 8):
        count = min(1 << depth, 6)
        indices = figure(count)[..., None] % count
        palette = c.png_chunk(b"PLTE", bytes(value for colour in GIF_COLOURS[:count] for value in colour))
        palette += c.png_chunk(b"tRNS", bytes([0, 96, 255][: min(count, 3)]))
        put(
            f"palette-{depth}bit.png",
            c.png(60, 40, depth, 3, c.png_rows(indices, depth), before_data=palette),
        )
    put("interlaced-rgb.png", c.png_interlaced(colours, 8, 2))
    put("interlaced-grey-1bit.png", c.png_interlaced(ramp(37, 23, 1, 1), 1, 0))
    put("interlaced-rgba-16bit.png", c.png_interlaced(ramp(41, 27, 4, 65535), 16, 6))
    put("one-pixel.png", c.png(1, 1, 8, 6, c.png_rows(np.array([[[200, 60, 20, 128]]]), 8)))
    put("column-1x64.png", c.png(1, 64, 8, 2, c.png_rows(ramp(2, 64, 3, 255)[:, :1], 8)))
    put("row-64x1.png", c.png(64, 1, 8, 2, c.png_rows(ramp(64, 2, 3, 255)[:1], 8)))
    tiles = np.packbits(
        ((np.arange(8000) // 500)[:, None] + (np.arange(8000) // 500)[None] & 1).astype(np.uint8), axis=1
    )
    rows = np.hstack([np.zeros((8000, 1), np.uint8), tiles]).tobytes()
    put("chequers-64mp-1bit.png", c.png(8000, 8000, 1, 0, rows))
    upright = c.png(96, 64, 8, 2, c.png_rows(colours, 8))
    put("chart.png", upright)
    stored = np.rot90(colours)
    file = c.png(64, 96, 8, 2, c.png_rows(stored, 8))
    put("chart-6.png", c.png_insert(file, c.png_chunk(b"eXIf", c.exif(6, big_endian=True))))
    profile = c.png_chunk(b"iCCP", b"bomb\0\0" + hostile.zeros_deflated(100 << 20))
    put("profile-zip-bomb.png", c.png_insert(upright, profile))


def write_jpeg(put):
    upright = jpeg(chart(), 92, "4:4:4")
    put("chart.jpg", upright)
    for orientation in UNTURN:
        if orientation > 1:
            put(f"chart-{orientation}.jpg", turned(upright, orientation, big_endian=orientation % 2 == 1))
    put("chart-orientation-9.jpg", c.jpeg_with_exif(upright, c.exif(9)))
    put("chart-mislabelled.png", upright)
    put("chart.jpg.txt", upright)
    put("odd-77x53-420.jpg", jpeg(chart(77, 53), 90, "4:2:0"))
    put("odd-77x53-420-progressive.jpg", jpegtran(jpeg(chart(77, 53), 90, "4:2:0"), "-progressive"))
    put("odd-33x17-422.jpg", jpeg(chart(33, 17), 90, "4:2:2"))
    put("one-pixel.jpg", jpeg(Image.new("RGB", (1, 1), (180, 90, 30)), 95))
    put("column-1x70.jpg", jpeg(Image.fromarray(ramp(2, 70, 3, 255)[:, :1].astype(np.uint8)), 95))
    # Ink values, stored inverted as Adobe's programs do: directly, and as YCCK.
    inks = ramp(80, 56, 4, 255).astype(np.float64)
    inks[..., 3] *= 0.5
    put("cmyk.jpg", jpeg(Image.fromarray(inks.round().astype(np.uint8), "CMYK"), 92, "4:4:4"))
    cyan, magenta, yellow, key = np.moveaxis(inks, 2, 0)
    luma = 0.299 * cyan + 0.587 * magenta + 0.114 * yellow
    ycc = np.dstack([luma, 128 + (yellow - luma) / 1.772, 128 + (cyan - luma) / 1.402])
    stored = 255 - np.dstack([ycc, 255 - key])  # Pillow inverts what it writes
    file = jpeg(Image.fromarray(np.clip(stored.round(), 0, 255).astype(np.uint8), "CMYK"), 92, "4:4:4")
    at = file.index(b"Adobe")
    put("ycck.jpg", file[: at + 11] + b"\x02" + file[at + 12 :])
    # Three components that are RGB, not YCbCr, as Adobe's marker says.
    ppm = b"P6 96 64 255\n" + chart().tobytes()
    put(
        "rgb-components.jpg",
        subprocess.run(
            ["cjpeg", "-rgb", "-quality", "92"], input=ppm, capture_output=True, check=True
        ).stdout,
    )


def write_webp(put):
    def webp(image, **options):
        out = io.BytesIO()
        image.save(out, "WEBP", method=6, **options)
        return out.getvalue()

    lossless = webp(chart(), lossless=True)
    put("chart.webp", lossless)
    for orientation, prefix in ((6, b""), (3, b"Exif\0\0")):
        stored = Image.open(io.BytesIO(lossless)).transpose(
            {6: Image.Transpose.ROTATE_90, 3: Image.Transpose.ROTATE_180}[orientation]
        )
        file = c.webp_extended(
            webp(stored, lossless=True), *stored.size, exif_data=prefix + c.exif(orientation)
        )
        put(f"chart-{orientation}{'-prefixed' if prefix else ''}.webp", file)
    put("odd-77x53-lossy.webp", webp(chart(77, 53), quality=90))
    put("alpha-edges.webp", webp(alpha_edges(), lossless=True, exact=True))
    put("alpha-edges-lossy.webp", webp(alpha_edges(), quality=90, exact=True))
    put("one-pixel.webp", webp(Image.new("RGBA", (1, 1), (180, 90, 30, 200)), lossless=True, exact=True))
    frames = [
        Image.new("RGBA", (64, 48), colour)
        for colour in ((200, 30, 40, 255), (30, 140, 60, 255), (40, 60, 190, 255))
    ]
    for index, frame in enumerate(frames):
        ImageDraw.Draw(frame).rectangle((6 + 18 * index, 8, 18 + 18 * index, 30), fill="white")
    put(
        "animated.webp", webp(frames[0], save_all=True, append_images=frames[1:], lossless=True, duration=100)
    )


def write_gif(put):
    indices = figure()
    put("bars.gif", c.gif(60, 40, GIF_COLOURS, [c.gif_frame(indices)]))
    put("bars-87a.gif", b"GIF87a" + c.gif(60, 40, GIF_COLOURS, [c.gif_frame(indices)[8:]])[6:])
    put("bars-interlaced.gif", c.gif(60, 40, GIF_COLOURS, [c.gif_frame(indices, interlaced=True)]))
    put("transparent.gif", c.gif(60, 40, GIF_COLOURS, [c.gif_frame(indices, transparent=1)]))
    put("offset-frame.gif", c.gif(60, 40, GIF_COLOURS, [c.gif_frame(indices[:24, :30], left=20, top=10)]))
    put("one-pixel.gif", c.gif(1, 1, GIF_COLOURS, [c.gif_frame(np.array([[3]], np.uint8))]))
    small = figure(6, 24, 16)
    animation = [
        c.gif_frame(indices, disposal=1),
        c.gif_frame(small, left=4, top=6, disposal=2),
        c.gif_frame(small, left=30, top=20, disposal=3, transparent=1),
        c.gif_frame(np.full((10, 10), 4, np.uint8), left=45, top=2, disposal=0),
    ]
    put("animated.gif", c.gif(60, 40, GIF_COLOURS, animation, loop=True))


def write(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)

    def put(name, data):
        (out / name).write_bytes(data)

    edges = io.BytesIO()
    alpha_edges().save(edges, "PNG")
    put("alpha-edges.png", edges.getvalue())
    write_png(put)
    write_jpeg(put)
    write_webp(put)
    write_gif(put)
    colours.write(put)
    odd.write(put, chart(), figure, GIF_COLOURS)
    hostile.write(put, out)
    again.write(put)
