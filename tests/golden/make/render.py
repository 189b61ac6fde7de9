"""The ideal picture for a source and a request: what comes out before any lossy encoder touches it."""

from pathlib import Path

import numpy as np
import pyvips
from PIL import Image

import geometry
from load import load

TURNS = {
    "90": Image.Transpose.ROTATE_270,
    "180": Image.Transpose.ROTATE_180,
    "270": Image.Transpose.ROTATE_90,
}
FORMATS = {".jpg": "jpeg", ".png": "png", ".webp": "webp", ".gif": "gif"}


def resize_pillow(image, box, size):
    """Pillow's Lanczos on floats, so that nothing is rounded or clipped between its two passes."""
    if box == (0, 0, *image.size) and size == image.size:
        return image
    pixels = np.asarray(image).astype(np.float32)
    if image.mode == "RGBA":
        pixels[..., :3] *= pixels[..., 3:] / 255
    bands = [
        Image.fromarray(band).resize(size, Image.Resampling.LANCZOS, box=box)
        for band in np.moveaxis(pixels, 2, 0)
    ]
    pixels = np.clip(np.dstack([np.asarray(band) for band in bands]), 0, 255)
    if image.mode == "RGBA":
        alpha = pixels[..., 3:]
        colours = np.divide(
            pixels[..., :3] * 255, alpha, out=np.zeros_like(pixels[..., :3]), where=alpha > 0.5
        )
        pixels = np.dstack([np.minimum(colours, 255), alpha])
    return Image.fromarray(np.round(pixels).astype(np.uint8))


def resize_vips(image, box, size):
    """libvips' `reduce`; a whole picture only."""
    assert box == (0, 0, *image.size)
    pixels = pyvips.Image.new_from_array(np.asarray(image)).copy(interpretation="srgb")
    # On floats: on bytes libvips rounds down between its two passes.
    alpha = pixels.hasalpha()
    pixels = pixels.premultiply() if alpha else pixels.cast("float")
    pixels = pixels.reduce(image.width / size[0], image.height / size[1], kernel="lanczos3")
    if alpha:
        pixels = pixels.unpremultiply()
    pixels = pixels.rint().cast("uchar").numpy()
    assert pixels.shape[:2] == (size[1], size[0])
    return Image.fromarray(pixels)


def composed(image, background: str, canvas, offset):
    """The picture over its background, on the canvas."""
    if len(background) == 3:
        background = "".join(digit * 2 for digit in background)
    colour = np.array([int(background[at : at + 2], 16) for at in range(0, 6, 2)], float)
    share = int(background[6:8] or "ff", 16) / 255
    size = canvas or image.size
    top = np.zeros((size[1], size[0], 4))
    pixels = np.asarray(image.convert("RGBA")).astype(float)
    pixels[..., 3] /= 255
    pixels[..., :3] *= pixels[..., 3:]
    x, y = offset
    top[y : y + image.height, x : x + image.width] = pixels
    below = np.array([*(colour * share), share])
    result = top + (1 - top[..., 3:]) * below
    alpha = result[..., 3:]
    result[..., :3] = np.divide(result[..., :3], alpha, out=np.zeros_like(result[..., :3]), where=alpha > 0)
    result[..., 3] *= 255
    return Image.fromarray(np.clip(np.round(result), 0, 255).astype(np.uint8))


def render(source: Path, request: str, by: str) -> Image.Image:
    wanted = geometry.parameters(request)
    output = wanted.get("format", FORMATS.get(source.suffix))
    keeps = wanted.get("profile") == "keep" and output != "gif"
    image = load(source, int(wanted["frame"]) if "frame" in wanted else None, keeps)
    if "crop" in wanted:
        image = image.crop(geometry.crop_box(wanted["crop"], *image.size))
    if "rotate" in wanted:
        image = image.transpose(TURNS[wanted["rotate"]])
    for letter, mirror in (("h", Image.Transpose.FLIP_LEFT_RIGHT), ("v", Image.Transpose.FLIP_TOP_BOTTOM)):
        if letter in wanted.get("flip", ""):
            image = image.transpose(mirror)
    plan = geometry.steps(*image.size, wanted)
    resize = resize_vips if by.startswith("libvips") else resize_pillow
    image = resize(image, plan.box, plan.size)
    if image.mode == "RGBA" or plan.canvas:
        background = wanted.get("bg", "ffffff" if output == "jpeg" else "00000000")
        image = composed(image, background, plan.canvas, plan.offset)
    if output == "gif" and image.mode == "RGBA":
        # A pixel of a GIF is opaque or nothing.
        pixels = np.asarray(image).copy()
        pixels[..., 3] = np.where(pixels[..., 3] >= 128, 255, 0)
        image = Image.fromarray(pixels)
    if image.mode == "RGBA" and np.asarray(image)[..., 3].min() == 255:
        image = image.convert("RGB")
    # Pixels alone, without what the source carried beside them.
    return Image.fromarray(np.asarray(image))
