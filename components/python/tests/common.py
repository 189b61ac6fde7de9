"""What the tests share."""

from __future__ import annotations

import unittest
from collections.abc import Callable
from pathlib import Path

import edgepix

ROOT = Path(__file__).parents[3]
PHOTOS = ROOT / "tests" / "golden" / "sources" / "photos"

JPEG = PHOTOS / "fig-3mp.jpg"
"""2064 × 1396."""
PNG = PHOTOS / "bowl-1mp-alpha.png"
"""With transparency."""


class Case(unittest.TestCase):
    """A test case that knows errors of the package."""

    def refused(self, job: Callable[[], object], kind: edgepix.Kind) -> edgepix.EdgepixError:
        """The error that a job must end with."""
        with self.assertRaises(edgepix.EdgepixError) as caught:
            job()
        error = caught.exception
        self.assertEqual(error.kind, kind, str(error))
        self.assertEqual(error.urn, f"urn:edgepix:error:{kind}")
        self.assertRegex(str(error), r"[.?]$")
        return error
