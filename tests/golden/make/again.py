"""Sources that a new file of their own format and size would be longer than: they are coded again without loss."""

import io
import subprocess
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from photos import jpeg, jpegtran, turned


def hills(width=480, height=320) -> Image.Image:
    """Smooth, with a little grain and some edges, as photos are."""
    y, x = np.mgrid[0:height, 0:width]
    grain = np.random.default_rng(7).normal(0, 3, (height, width))
    line = height * (0.55 + 0.2 * np.sin(x / 70) + 0.06 * np.sin(x / 13))
    sky = y < line
    red = np.where(sky, 120 + y / 3, 60 + 40 * np.cos((x + y) / 40)) + grain
    green = np.where(sky, 160 + y / 5, 110 + 30 * np.sin(x / 23)) + grain
    blue = np.where(sky, 225 - y / 6, 50 + 20 * np.sin(y / 17)) + grain
    return Image.fromarray(np.clip(np.dstack([red, green, blue]), 0, 255).round().astype(np.uint8))


def text(width=400, height=200) -> Image.Image:
    """Lines of text in 16 shades, as screenshots have them."""
    image = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(image)
    words = np.random.default_rng(3).integers(97, 123, (18, 60), dtype=np.uint8)
    for row, word in enumerate(words):
        draw.text((6, 4 + row * 11), bytes(word).decode(), fill=40 if row % 5 else 110)
    return image.quantize(16, dither=Image.Dither.NONE)


def saved(image, kind, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def cwebp(source: bytes, *options) -> bytes:
    command = ["cwebp", "-quiet", *options, "-o", "-", "--", "-"]
    return subprocess.run(command, input=source, capture_output=True, check=True).stdout


def write(put):
    poor = jpeg(hills(), 20)
    put("poor.jpg", poor)
    put("poor-progressive.jpg", jpegtran(jpeg(hills(), 25, "4:2:2"), "-progressive"))
    put("poor-6.jpg", turned(poor, 6))
    put("text.png", saved(text(), "PNG", optimize=True))
    put("poor.webp", cwebp(poor, "-q", "15", "-m", "6", "-sharpness", "3"))
    put("text.webp", cwebp(saved(text(), "PNG"), "-lossless", "-z", "9"))
    alpha = (Path(__file__).parents[1] / "sources/photos/bowl-1mp-alpha.png").read_bytes()
    put("poor-alpha.webp", cwebp(alpha, "-q", "10", "-m", "6", "-resize", "160", "0"))
    colours = hills(240, 160).quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.FLOYDSTEINBERG)
    put("colours.gif", saved(colours, "GIF", optimize=False))
