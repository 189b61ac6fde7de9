"""`metadata`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import _job
from ._input import Input
from ._picture import Metadata

if TYPE_CHECKING:
    from ._resize import Limits


def metadata(input: Input, *, limits: Limits | None = None) -> Metadata:
    """Reads an image's headers, without decoding a pixel.

    Args:
        input: Bytes, a path, or an open binary file.
        limits: What is accepted.

    Raises:
        EdgepixError: The input is no image that is read, or over a limit.
        OSError: A file cannot be read.
    """
    return _job.facts(input, limits)
