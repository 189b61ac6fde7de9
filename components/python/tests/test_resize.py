"""Pictures and metadata, of every kind of input."""

from __future__ import annotations

import dataclasses
import io
import tempfile
from fractions import Fraction
from pathlib import Path

import edgepix

from .common import JPEG, PNG, Case

DATA = JPEG.read_bytes()


class Resize(Case):
    def test_a_photo_becomes_what_is_asked_for(self) -> None:
        picture = edgepix.resize(JPEG, width=400, format="webp")
        self.assertEqual((picture.width, picture.height), (400, 271))
        self.assertEqual((picture.format, picture.media_type), ("webp", "image/webp"))
        self.assertEqual(picture.bytes[8:12], b"WEBP")
        read = edgepix.metadata(picture.bytes)
        self.assertEqual((read.width, read.height, read.format), (400, 271, "webp"))
        self.assertEqual(repr(picture), f"<Picture 400 × 271 webp, {len(picture.bytes)} bytes>")

    def test_every_input_is_the_same_image(self) -> None:
        expected = edgepix.resize(DATA, width=50)
        with open(JPEG, "rb") as file:
            inputs: list[edgepix.Input] = [
                bytearray(DATA),
                memoryview(DATA),
                memoryview(b"".join(bytes([byte, 0]) for byte in DATA))[::2],
                JPEG,
                str(JPEG),
                file,
                io.BytesIO(DATA),
                Trickle(DATA),
            ]
            for given in inputs:
                with self.subTest(type(given).__name__):
                    self.assertEqual(edgepix.resize(given, width=50), expected)

    def test_what_is_left_out_stays(self) -> None:
        for source, kind in [(JPEG, "jpeg"), (PNG, "png")]:
            picture = edgepix.resize(source, width=20, height=None, enlarge=None)
            self.assertEqual((picture.format, picture.width), (kind, 20))

    def test_points_and_rectangles_are_tuples(self) -> None:
        square = edgepix.resize(JPEG, width=60, height=60, fit="cover", gravity=(0.25, 0.5), crop=(0, "10p", 1000, "80p"))
        self.assertEqual((square.width, square.height), (60, 60))
        self.assertEqual(edgepix.resize(JPEG, crop=("0p", 0, 10, 20)).height, 20)
        left = edgepix.resize(JPEG, width=60, height=60, fit="cover", gravity="west")
        self.assertEqual(edgepix.resize(JPEG, width=60, height=60, fit="cover", gravity=(0, 0.5)), left)
        self.assertNotEqual(edgepix.resize(JPEG, width=60, height=60, fit="cover"), left)

    def test_numbers_of_other_types_are_numbers(self) -> None:
        expected = edgepix.resize(JPEG, width=20, dpr=1.5)
        self.assertEqual(expected.width, 30)
        self.assertEqual(edgepix.resize(JPEG, width=20, dpr=Fraction(3, 2)), expected)  # type: ignore[arg-type]

    def test_quality_is_heard(self) -> None:
        small, large = (edgepix.resize(JPEG, width=200, quality=quality, format="jpg") for quality in (30, 90))
        self.assertLess(len(small.bytes), len(large.bytes))
        self.assertEqual(small.format, "jpeg")

    def test_a_picture_is_saved_as_it_is(self) -> None:
        picture = edgepix.resize(PNG, width=10)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "made.png")
            picture.save(path)
            picture.save(str(path))
            self.assertEqual(path.read_bytes(), picture.bytes)


class Metadata(Case):
    def test_headers_are_told(self) -> None:
        told = edgepix.metadata(JPEG)
        self.assertEqual((told.width, told.height, told.format), (2064, 1396, "jpeg"))
        self.assertEqual((told.size_bytes, told.orientation, told.frames), (len(DATA), 1, 1))
        self.assertEqual((told.has_alpha, told.bit_depth, told.profile), (False, 8, None))
        self.assertTrue(edgepix.metadata(PNG).has_alpha)
        with self.assertRaises(dataclasses.FrozenInstanceError):
            told.width = 1  # type: ignore[misc]


class Trickle(io.RawIOBase):
    """A stream that gives little at once, as sockets do."""

    def __init__(self, data: bytes) -> None:
        self._file = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        return self._file.readinto(memoryview(buffer)[:10_000])  # type: ignore[arg-type]
