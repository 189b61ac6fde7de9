"""What comes out: a picture, and metadata."""

from __future__ import annotations

import builtins
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from ._resize import Format


@dataclass(frozen=True)
class Picture:
    """A finished image."""

    bytes: builtins.bytes
    """The encoded file."""
    format: Format
    """Its format."""
    media_type: str
    """Its media type: `image/webp`."""
    width: int
    """Width in pixels."""
    height: int
    """Height in pixels."""
    dropped: tuple[Literal["exif", "xmp", "icc"], ...] = ()
    """Metadata that was asked for and had to be left out: GIF carries none, JPEG no EXIF data of more than 64 KiB."""

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the file, as it is: the path's extension does not choose the format."""
        Path(path).write_bytes(self.bytes)

    def __repr__(self) -> str:
        return f"<Picture {self.width} × {self.height} {self.format}, {len(self.bytes)} bytes>"


@dataclass(frozen=True)
class Metadata:
    """What an image's headers say."""

    width: int
    """Width in pixels, after orientation."""
    height: int
    """Height in pixels, after orientation."""
    format: Format
    """Format, as the bytes have it."""
    size_bytes: int
    """Length of the file in bytes."""
    orientation: int
    """EXIF's orientation, 1 … 8, already applied to `width` and `height`."""
    frames: int
    """Frames of an animation; 1 for a still."""
    has_alpha: bool
    """Whether the header announces transparency."""
    bit_depth: int
    """Bits per channel as stored, 1 … 16."""
    profile: str | None
    """Description of the embedded colour profile, or `ICC` where it has none that can be read. Of a PNG without one, its chunk
    `cICP` or `gAMA` and what it says."""
    profile_ignored: Literal["damaged", "other-channels", "unsupported"] | None
    """Why `profile` is ignored, where it is; pixels are then taken for sRGB."""
    progressive: bool
    """Whether the file is progressive (JPEG) or interlaced (PNG, GIF)."""
