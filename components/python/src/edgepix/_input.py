"""What an image may be given as."""

from __future__ import annotations

import os
import stat
from typing import Protocol, Union

from ._error import EdgepixError

CHUNK = 1 << 20
"""Bytes that are read of a file object at once."""


class Readable(Protocol):
    """A file object that is open for reading in binary mode, or anything that reads like one."""

    def read(self, size: int, /) -> bytes: ...


Input = Union[bytes, bytearray, memoryview, str, "os.PathLike[str]", Readable]
"""An image: its bytes, a path, or an open binary file."""


def read(input: Input, most: int) -> bytes:
    """The bytes of an input. Never more than `most` are read.

    Raises `EdgepixError` of the kind `too-large` where there are more, `OSError` where a file cannot be read, and
    `TypeError` for anything that is no input.
    """
    if isinstance(input, bytes):
        return input
    if isinstance(input, (bytearray, memoryview)):
        return bytes(input)
    if isinstance(input, (str, os.PathLike)):
        with open(input, "rb") as file:
            status = os.fstat(file.fileno())
            if stat.S_ISREG(status.st_mode) and status.st_size > most:
                message = f"The source has {status.st_size} bytes; at most {most} are accepted."
                raise EdgepixError("too-large", message, "source-bytes", None, most, status.st_size)
            return _drained(file, most)
    if hasattr(input, "read"):
        return _drained(input, most)
    raise TypeError(f"an image is bytes, a path or an open binary file, not {type(input).__name__}")


def _drained(file: Readable, most: int) -> bytes:
    chunks: list[bytes] = []
    length = 0
    while length <= most:
        # One byte more than is accepted, to know that there are more.
        chunk = file.read(min(CHUNK, most + 1 - length))
        if not isinstance(chunk, (bytes, bytearray, memoryview)):
            raise TypeError(f"read() gave {type(chunk).__name__}, not bytes: open the file in binary mode")
        if not chunk:
            return b"".join(chunks)
        chunks.append(chunk)
        length += len(chunk)
    message = f"The source has more than {most} bytes, which are the most that are accepted."
    raise EdgepixError("too-large", message, "source-bytes", None, most)
