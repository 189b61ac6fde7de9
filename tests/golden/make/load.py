"""Sources as upright sRGB pictures of 8 bits, read by programs that share no code with ours."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pyvips
from PIL import Image, ImageCms, ImageFile, ImageOps, PngImagePlugin

import hostile
import profiles

Image.MAX_IMAGE_PIXELS = 130_000_000
# Some sources are there for what their texts inflate to.
PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY = 100 << 20


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


def stated_profile(data: bytes) -> bytes | None:
    """The profile in a PNG, or one that says the same as its chunks `cICP` or `gAMA` and `cHRM`; the first counts."""
    chunks, at = {}, 8
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        chunks[data[at + 4 : at + 8]] = data[at + 8 : at + 8 + length]
        at += 12 + length
    # As displays show them: a power of 2.4 for the cameras of television.
    codes = {
        (12, 13): (profiles.P3, profiles.srgb_tone()),
        (9, 14): (profiles.REC2020, profiles.gamma(2.4)),
    }
    if known := codes.get(tuple(chunks.get(b"cICP", b"")[:2])):
        return profiles.matrix("", profiles.D65, *known)
    if b"iCCP" in chunks:
        name, _, stream = chunks[b"iCCP"].partition(b"\0")
        profile = zlib.decompress(stream[1:])
        return profile if int.from_bytes(profile[:4], "big") == len(profile) else None
    if b"sRGB" in chunks or b"gAMA" not in chunks:
        return None
    gamma = int.from_bytes(chunks[b"gAMA"], "big") / 100_000
    if b"cHRM" not in chunks and abs(gamma * 2.2 - 1) < 0.05:
        return None
    numbers = np.frombuffer(chunks.get(b"cHRM", b""), ">u4").reshape(-1, 2) / 100_000
    white, *primaries = numbers.tolist() or [profiles.D65, *profiles.SRGB]
    return profiles.matrix("", white, primaries, profiles.gamma(1 / gamma))


def srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours converted by LittleCMS: perceptual intent, black points compensated, nothing precomputed. Alpha stays."""
    if not profile:
        return image
    *colours, alpha = image.split() if image.mode in ("LA", "RGBA") else (*image.split(), None)
    if len(colours) == 1 and profile[16:20] == b"RGB ":
        colours *= 3
    mode = {1: "L", 3: "RGB", 4: "CMYK"}[len(colours)]
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    flags = ImageCms.Flags.NOOPTIMIZE | ImageCms.Flags.BLACKPOINTCOMPENSATION
    transform = ImageCms.buildTransform(
        source, ImageCms.createProfile("sRGB"), mode, "RGB", ImageCms.Intent.PERCEPTUAL, flags
    )
    converted = ImageCms.applyTransform(Image.merge(mode, colours), transform)
    converted.info = {key: value for key, value in image.info.items() if key != "icc_profile"}
    if alpha:
        converted.putalpha(alpha)
    return converted


def sixteen_bits(data: bytes, profile: bytes) -> Image.Image:
    """RGB of 16 bits in a space of `profiles.matrix` and `profiles.gamma`, converted in double precision. (LittleCMS in
    libvips is up to nine levels off here: it computes with tables and in fixed point.)"""

    def numbers(tag: bytes, at: int, count: int):
        entry = profile.index(tag, 132)
        start = int.from_bytes(profile[entry + 4 : entry + 8], "big") + at
        return np.frombuffer(profile[start : start + 4 * count], ">i4") / 65536

    pixels = pyvips.Image.new_from_buffer(data, "").numpy() / 65535
    columns = [numbers(tag, 8, 3) for tag in (b"rXYZ", b"gXYZ", b"bXYZ")]
    light = pixels ** numbers(b"rTRC", 12, 1) @ np.array(columns)
    light = np.clip(light @ np.linalg.inv(profiles.to_pcs(profiles.D65, profiles.SRGB)).T, 0, 1)
    encoded = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return Image.fromarray(np.round(encoded * 255).astype(np.uint8))


def load(path: Path, frame: int | None, keep_colours=False) -> Image.Image:
    """The picture in mode RGB or RGBA, as it is meant to be seen; with `keep_colours` as RGB is stored."""
    data = path.read_bytes()
    if path.suffix == ".gif" and "cut-" in path.name:
        return cut_gif(data)
    if path.name == "no-palette.gif":
        return Image.open(io.BytesIO(data)).convert("RGB")
    if path.suffix == ".gif":
        # As browsers compose frames: nothing shows where no frame has drawn.
        image = vips_pixels(pyvips.Image.gifload_buffer(alpha_announced(data), page=frame or 0))
        # libvips makes the canvas larger for frames that reach over it; most others cut them off.
        width, height = struct.unpack("<HH", data[6:10])
        return image.crop((0, 0, width or image.width, height or image.height))
    if path.name == "profile-zip-bomb.png":
        at = data.index(b"iCCP") - 4
        data = data[:at] + data[at + 12 + int.from_bytes(data[at : at + 4], "big") :]
    profile = stated_profile(data) if data.startswith(b"\x89PNG") else None
    if "16bit" in path.name and profile:
        return sixteen_bits(data, profile)
    if path.suffix == ".png" and ("16bit" in path.name or "4bit-key" in path.name):
        return vips_pixels(pyvips.Image.new_from_buffer(data, ""))
    ImageFile.LOAD_TRUNCATED_IMAGES = "cut-" in path.name
    image = Image.open(io.BytesIO(data))
    if frame is not None:
        # Pillow counts a default image that is no frame as the first one.
        image.seek(frame + 1 if image.info.get("default_image") else frame)
    profile = profile or image.info.get("icc_profile") if image.format != "PNG" else profile
    if "transparency" in image.info:
        image = image.convert("LA" if image.mode == "L" else "RGBA")
    elif image.mode == "P":
        image = image.convert("RGB")
    keeps = keep_colours and image.mode in ("RGB", "RGBA")
    image = ImageOps.exif_transpose(image if keeps else srgb(image, profile))
    transparent = image.mode in ("RGBA", "LA") or "transparency" in image.info
    image = image.convert("RGBA" if transparent else "RGB")
    if path.name.startswith("cut-after"):
        image = rest_filled(image, rows_in_cut(path, data, image))
    return image
