"""What can go wrong."""

from __future__ import annotations

from typing import Literal

Kind = Literal[
    "invalid-parameter",
    "unsupported",
    "unsupported-source",
    "damaged-source",
    "too-large",
    "internal",
]
"""The kinds of errors, by the names that they have on every Edgepix host."""

URN = "urn:edgepix:error:"
"""What stands before a kind in `EdgepixError.urn`."""


class EdgepixError(Exception):
    """An image that cannot be read or made. `str(error)` is a sentence for a person."""

    kind: Kind
    """What kind of error it is:

    - `invalid-parameter`: an option or limit is unknown or out of range
    - `unsupported`: an option or value that is part of the vocabulary but not built yet
    - `unsupported-source`: not an image, or not of a kind that is read
    - `damaged-source`: an image whose data is broken
    - `too-large`: over a limit
    - `internal`: a defect, or no memory left; `__cause__` tells more
    """
    parameter: str | None
    """The option concerned, or the limit: `source-bytes`, `memory` …"""
    allowed: str | None
    """The values that the option may have, in words."""
    limit: int | None
    """The limit that was passed, in its own unit."""
    actual: int | None
    """What the job would need, in the limit's unit."""

    def __init__(
        self,
        kind: Kind,
        message: str,
        parameter: str | None = None,
        allowed: str | None = None,
        limit: int | None = None,
        actual: int | None = None,
    ) -> None:
        # All of them, so that an error can be pickled, as between processes.
        super().__init__(kind, message, parameter, allowed, limit, actual)
        self.kind = kind
        self.parameter = parameter
        self.allowed = allowed
        self.limit = limit
        self.actual = actual

    @property
    def urn(self) -> str:
        """The kind as a URN, as in the errors of an Edgepix service: `urn:edgepix:error:too-large`."""
        return URN + self.kind

    def __str__(self) -> str:
        return str(self.args[1])
