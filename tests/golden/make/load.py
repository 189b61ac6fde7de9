"""Sources as upright sRGB pictures of 8 bits, read by programs that share no code with ours."""

import io
import zlib
from pathlib import Path

import numpy as np
import pyvips
from PIL import Image, ImageCms, ImageFile, ImageOps

import hostile

Image.MAX_IMAGE_PIXELS = 130_000_000


def vips_pixels(image: pyvips.Image) -> Image.Image:
    """The picture that libvips read; 16 bits rounded to 8."""
    pixels = image.numpy()
    if pixels.dtype == np.uint16:
        pixels = ((pixels.astype(np.uint32) * 255 + 32767) // 65535).astype(np.uint8)
    if pixels.ndim == 2:
        pixels = pixels[..., None]
    if pixels.shape[2] <= 2:
        pixels = np.concatenate([pixels[..., :1]] * 3 + [pixels[..., 1:]], axis=2)
    return Image.fromarray(pixels)


def rest_filled(image: Image.Image, rows: int) -> Image.Image:
    """What a cut file gives: the rows that are there, and the mean of the last one below."""
    pixels = np.asarray(image.convert("RGB")).copy()
    pixels[rows:] = np.round(pixels[rows - 1].astype(float).mean(axis=0))
    return Image.fromarray(pixels)


def alpha_announced(data: bytes) -> bytes:
    """libvips gives alpha only to GIFs whose frames announce a transparent colour. Ours use few of their 16
    colours: they announce the last one."""
    at = data.find(b"\x21\xf9\x04")
    while data[10] & 7 == 3 and at >= 0:
        if not data[at + 3] & 1:
            data = (
                data[: at + 3] + bytes([data[at + 3] | 1]) + data[at + 4 : at + 6] + b"\x0f" + data[at + 7 :]
            )
        at = data.find(b"\x21\xf9\x04", at + 1)
    return data


def cut_gif(data: bytes) -> Image.Image:
    """The whole rows in a cut file of `containers.gif`: its LZW codes are pixels of five bits, and clears."""
    palette = np.frombuffer(data[13 : 13 + 48], np.uint8).reshape(16, 3)
    at = data.index(b"\x2c")
    width, height = (
        int.from_bytes(data[at + 5 : at + 7], "little"),
        int.from_bytes(data[at + 7 : at + 9], "little"),
    )
    at += 11
    coded = b""
    while at < len(data):
        coded += data[at + 1 : at + 1 + data[at]]
        at += 1 + data[at]
    bits = int.from_bytes(coded, "little")
    codes = [bits >> position & 31 for position in range(0, len(coded) * 8 - 4, 5)]
    pixels = palette[[code for code in codes if code < 16]]
    rows = len(pixels) // width
    picture = np.zeros((height, width, 3), np.uint8)
    picture[:rows] = pixels[: rows * width].reshape(rows, width, 3)
    return rest_filled(Image.fromarray(picture), rows)


def rows_in_cut(path: Path, data: bytes, image: Image.Image) -> int:
    """How many rows a file of `hostile.write_truncated` still holds."""
    if path.suffix == ".jpg":
        return 16 * len(hostile.restart_offsets(data))
    # A PNG of stored blocks, so that what is left inflates to the very byte.
    chunks, at = b"", 33
    while at < len(data):
        chunks += data[at + 8 : at + 8 + int.from_bytes(data[at : at + 4], "big")]
        at += 12 + int.from_bytes(data[at : at + 4], "big")
    return len(zlib.decompressobj().decompress(chunks)) // (1 + 3 * image.width)


def srgb(image: Image.Image) -> Image.Image:
    """Colours converted by LittleCMS from the embedded profile."""
    profile = image.info.get("icc_profile")
    if not profile:
        return image
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")


def load(path: Path, frame: int | None) -> Image.Image:
    """The picture in mode RGB or RGBA, as it is meant to be seen."""
    data = path.read_bytes()
    if path.suffix == ".gif" and "cut-" in path.name:
        return cut_gif(data)
    if path.suffix == ".gif":
        # As browsers compose frames: nothing shows where no frame has drawn.
        return vips_pixels(pyvips.Image.gifload_buffer(alpha_announced(data), page=frame or 0))
    if path.name == "profile-zip-bomb.png":
        at = data.index(b"iCCP") - 4
        data = data[:at] + data[at + 12 + int.from_bytes(data[at : at + 4], "big") :]
    if path.suffix == ".png" and ("16bit" in path.name or "4bit-key" in path.name):
        return vips_pixels(pyvips.Image.new_from_buffer(data, ""))
    ImageFile.LOAD_TRUNCATED_IMAGES = "cut-" in path.name
    image = Image.open(io.BytesIO(data))
    if frame is not None:
        image.seek(frame)
    image = ImageOps.exif_transpose(srgb(image))
    transparent = image.mode in ("RGBA", "LA") or "transparency" in image.info
    image = image.convert("RGBA" if transparent else "RGB")
    if path.name.startswith("cut-after"):
        image = rest_filled(image, rows_in_cut(path, data, image))
    return image
