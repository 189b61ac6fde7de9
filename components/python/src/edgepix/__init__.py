"""Resizes, converts and describes images, in bounded memory and in a sandbox.

    import edgepix

    picture = edgepix.resize("photo.jpg", width=800, format="webp")
    picture.save("photo.webp")

`resize` makes an image of an image, `metadata` tells what an image's headers say. Both take bytes, a path or an open binary
file, raise `EdgepixError`, and may be called from any number of threads at the same time.
"""

from __future__ import annotations

from importlib.metadata import version as _version

from ._error import EdgepixError, Kind
from ._input import Input
from ._job import load
from ._metadata import metadata
from ._picture import Metadata, Picture
from ._resize import Crop, Format, Gravity, Length, Limits, resize

__all__ = [
    "Crop",
    "EdgepixError",
    "Format",
    "Gravity",
    "Input",
    "Kind",
    "Length",
    "Limits",
    "Metadata",
    "Picture",
    "load",
    "metadata",
    "resize",
]

__version__ = _version("edgepix")
