"""The photos: cut down from freely licensed originals (see CREDITS.md), in the encodings that cameras use."""

import io
import subprocess
from pathlib import Path

import numpy as np
import pyvips
from PIL import Image, ImageCms, ImageDraw, ImageFilter, ImageOps

from containers import exif, jpeg_with_exif

# What turns the shown picture into the stored one, for each EXIF orientation (jpegtran's words).
UNTURN = {
    1: [],
    2: ["-flip", "horizontal"],
    3: ["-rotate", "180"],
    4: ["-flip", "vertical"],
    5: ["-transpose"],
    6: ["-rotate", "270"],
    7: ["-transverse"],
    8: ["-rotate", "90"],
}


def jpegtran(data: bytes, *arguments: str) -> bytes:
    return subprocess.run(
        ["jpegtran", "-copy", "none", *arguments], input=data, capture_output=True, check=True
    ).stdout


def jpeg(image: Image.Image, quality: int, subsampling: str = "4:2:0", **options) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, subsampling=subsampling, optimize=True, **options)
    return out.getvalue()


def turned(data: bytes, orientation: int, **tags) -> bytes:
    """The JPEG stored as a camera held that way would store it."""
    return jpeg_with_exif(jpegtran(data, *UNTURN[orientation]), exif(orientation, **tags))


def display_p3() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(io.BytesIO(pyvips.Image.profile_load("p3")))


def cutout(fig: Image.Image) -> Image.Image:
    """The bowl alone, with a soft edge, on nothing."""
    calm = fig.filter(ImageFilter.MedianFilter(3))
    mask = Image.new("L", fig.size, 0)
    width, height = fig.size
    ImageDraw.Draw(mask).ellipse((width * 0.3, height * 0.12, width * 0.98, height * 0.95), fill=255)
    mask = mask.filter(ImageFilter.GaussianBlur(14))
    pixels = np.dstack([np.asarray(calm) & 0xFC, np.asarray(mask)])
    pixels[pixels[..., 3] == 0] = 0
    return Image.fromarray(pixels)


def write(originals: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)

    def original(name):
        return next(originals.glob(f"{name}*.jpg")).read_bytes()

    def opened(name, size=None):
        image = Image.open(io.BytesIO(original(name))).convert("RGB")
        return image.resize(size, Image.Resampling.LANCZOS) if size else image

    def put(name, data):
        (out / name).write_bytes(data)

    def save(name, image, **options):
        image.save(out / name, **options)

    # 16 and 12 megapixels: the sizes of phones.
    put("dandelion-16mp-progressive.jpg", original("seeding"))
    put("dandelion-16mp.jpg", jpegtran(original("seeding"), "-optimize"))
    sunset = opened("sunset")
    put("sunset-12mp.jpg", jpeg(sunset, 72))
    put(
        "sunset-12mp-turned.jpg",
        turned(jpeg(sunset.resize((4288, 2848), 3), 60), 6, artist=b"Aitzol Berasategi"),
    )
    save("sunset-6mp.webp", sunset.resize((3072, 2048), Image.Resampling.LANCZOS), quality=70, method=6)

    # 6 megapixels: 4:2:2, and a progressive one with its twin in restart intervals.
    put("mountain-6mp-422.jpg", jpegtran(original("aitzgorri"), "-optimize"))
    put("dogs-6mp-progressive.jpg", jpegtran(original("friends"), "-progressive"))
    put("dogs-6mp-restarts.jpg", jpegtran(original("friends"), "-restart", "1"))

    # 1 to 3 megapixels.
    fig = opened("Picture_0B", (2064, 1396))
    put("fig-3mp.jpg", jpeg(fig, 82))
    brook = jpeg(opened("life", (1760, 1168)), 70, "4:2:2")
    put("brook-2mp-440-turned.jpg", turned(brook, 8, big_endian=True))
    put("peaks-2mp-grey.jpg", jpeg(opened("picos", (1640, 1230)).convert("L"), 70, "4:4:4"))
    brushes = Image.open(io.BytesIO(original("Picture_1A"))).convert("RGB")
    for name in ("4:4:4", "4:2:2", "4:2:0"):
        put(f"brushes-1mp-{name.replace(':', '')}.jpg", jpeg(brushes, 80, name))
    peaks = jpeg(opened("picos", (1200, 896)), 62)
    credit = {"artist": b"Aitzol Berasategi", "copyright": b"2018 Aitzol Berasategi, CC-BY-4.0"}
    for orientation in UNTURN:
        put(f"peaks-1mp-{orientation}.jpg", turned(peaks, orientation, **credit))

    # Colour spaces.
    wine = opened("Wine", (1200, 1799))
    p3 = ImageCms.profileToProfile(wine, ImageCms.createProfile("sRGB"), display_p3(), outputMode="RGB")
    # More saturation than sRGB can hold, so that a forgotten conversion shows and clipping is tested.
    vivid = p3.convert("HSV")
    hue, saturation, value = vivid.split()
    vivid = Image.merge("HSV", (hue, saturation.point(lambda s: min(255, s * 3 // 2)), value)).convert("RGB")
    put("wine-2mp-p3.jpg", jpeg(vivid, 75, icc_profile=display_p3().tobytes()))
    fig_small = fig.resize((1224, 828), Image.Resampling.LANCZOS)
    key = ImageOps.invert(fig_small.convert("L")).point(lambda k: k // 2)
    inks = np.asarray(fig_small).astype(float) / np.maximum(255 - np.asarray(key)[..., None].astype(float), 1)
    inks = 255 - np.clip(inks * 255, 0, 255).round().astype(np.uint8)
    cmyk = Image.fromarray(np.dstack([inks, np.asarray(key)]), "CMYK")
    put("fig-1mp-cmyk.jpg", jpeg(cmyk, 75, "4:4:4"))

    # PNG, WebP and GIF of a megapixel.
    gradient = opened("umang", (1368, 770))
    save("gradient-1mp.png", gradient, optimize=True)
    save("gradient-1mp-lossless.webp", gradient, lossless=True, quality=100, method=6)
    save("brushes-1mp.webp", brushes, quality=75, method=6)
    palette = fig_small.filter(ImageFilter.MedianFilter(3)).quantize(64, dither=Image.Dither.NONE)
    save("fig-1mp-palette.png", palette, optimize=True)
    save("fig-1mp.gif", palette)
    alpha = cutout(fig_small)
    save("bowl-1mp-alpha.png", alpha, optimize=True)
    save("bowl-1mp-alpha.webp", alpha, quality=75, method=6)
