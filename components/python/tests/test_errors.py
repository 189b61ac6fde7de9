"""Errors: their kinds, and sentences with the names of Python."""

from __future__ import annotations

import io
import pickle
import tempfile

import edgepix

from .common import JPEG, Case

DATA = JPEG.read_bytes()


class Errors(Case):
    def test_wrong_options_are_named_with_what_they_may_be(self) -> None:
        error = self.refused(lambda: edgepix.resize(JPEG, width=0), "invalid-parameter")
        self.assertEqual(str(error), "The value of `width` must be: a whole number, at least 1.")
        self.assertEqual((error.parameter, error.allowed), ("width", "a whole number, at least 1"))
        error = self.refused(lambda: edgepix.resize(JPEG, enlarge=1), "invalid-parameter")  # type: ignore[arg-type]
        self.assertEqual(error.allowed, "True, False")
        error = self.refused(lambda: edgepix.resize(JPEG, gravity=(0.3, 1.7)), "invalid-parameter")
        self.assertRegex(str(error), r": \(0\.3, 0\.7\)\.$")
        error = self.refused(lambda: edgepix.resize(JPEG, crop=(0, 0, 0, 1)), "invalid-parameter")
        self.assertIn("(x, y, width, height)", str(error))
        error = self.refused(lambda: edgepix.resize(JPEG, dpr=float("nan")), "invalid-parameter")
        self.assertEqual(error.parameter, "dpr")
        error = self.refused(lambda: edgepix.resize(JPEG, fit="covr"), "invalid-parameter")  # type: ignore[arg-type]
        self.assertEqual(error.allowed, "inside, outside, cover, contain, fill")

    def test_what_is_not_built_is_said(self) -> None:
        error = self.refused(lambda: edgepix.resize(JPEG, format="jxl"), "unsupported")  # type: ignore[arg-type]
        self.assertEqual(error.parameter, "format")

    def test_unknown_options_are_an_error_of_the_call(self) -> None:
        with self.assertRaises(TypeError):
            edgepix.resize(JPEG, wdith=8)  # type: ignore[call-arg]

    def test_sources_that_are_no_images(self) -> None:
        for job in (edgepix.metadata, edgepix.resize):
            self.refused(lambda: job(b"no image"), "unsupported-source")
            self.refused(lambda: job(b""), "unsupported-source")
        self.refused(lambda: edgepix.resize(DATA[: len(DATA) // 4]), "damaged-source")

    def test_limits_are_kept_and_told(self) -> None:
        job = lambda: edgepix.resize(JPEG, width=8, limits={"source_pixels": 1_000_000})
        error = self.refused(job, "too-large")
        self.assertEqual((error.parameter, error.limit, error.actual), ("source-pixels", 1_000_000, 2064 * 1396))
        self.refused(lambda: edgepix.metadata(DATA, limits={"source_bytes": len(DATA) - 1}), "too-large")
        self.refused(lambda: edgepix.resize(JPEG, limits={"memory": 0}), "too-large")
        # They are those of one call.
        self.assertEqual(edgepix.resize(JPEG, width=8, limits={"memory": 1 << 40}).width, 8)
        self.assertEqual(edgepix.resize(JPEG, width=8).width, 8)

    def test_wrong_limits_are_named_as_python_writes_them(self) -> None:
        wrong = {"source_pixel": 1}
        error = self.refused(lambda: edgepix.resize(JPEG, limits=wrong), "invalid-parameter")  # type: ignore[arg-type]
        self.assertIn("is `source_pixels` meant?", str(error))
        self.assertRegex(error.allowed or "", "^source_bytes, source_pixels, ")
        error = self.refused(lambda: edgepix.metadata(JPEG, limits={"memory": -1}), "invalid-parameter")
        self.assertEqual(error.parameter, "memory")

    def test_a_file_that_is_too_large_is_not_read(self) -> None:
        with tempfile.NamedTemporaryFile() as file:
            file.truncate(1 << 36)
            error = self.refused(lambda: edgepix.metadata(file.name), "too-large")
            self.assertEqual((error.limit, error.actual), (32 << 20, 1 << 36))
        endless = Endless()
        error = self.refused(lambda: edgepix.resize(endless, limits={"source_bytes": 100}), "too-large")
        self.assertEqual((endless.given, error.parameter, error.limit), (101, "source-bytes", 100))

    def test_what_cannot_be_read_is_an_error_of_python(self) -> None:
        with self.assertRaises(FileNotFoundError):
            edgepix.resize("missing.jpg")
        with self.assertRaisesRegex(TypeError, "binary mode"):
            edgepix.resize(io.StringIO("text"))  # type: ignore[arg-type]
        with self.assertRaisesRegex(TypeError, "not int"):
            edgepix.resize(1)  # type: ignore[arg-type]

    def test_errors_pass_between_processes(self) -> None:
        error = self.refused(lambda: edgepix.resize(JPEG, limits={"memory": 1}), "too-large")
        copy = pickle.loads(pickle.dumps(error))
        self.assertEqual((str(copy), copy.kind, copy.limit, copy.actual), (str(error), error.kind, 1, error.actual))


class Endless:
    """A file without an end, that counts."""

    given = 0

    def read(self, size: int, /) -> bytes:
        self.given += size
        return bytes(size)
