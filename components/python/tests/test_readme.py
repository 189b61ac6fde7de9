"""What the page shows runs."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import tempfile
import unittest

from .common import JPEG, ROOT


class Readme(unittest.TestCase):
    def test_its_code_runs_as_it_stands(self) -> None:
        text = (ROOT / "components/python/README.md").read_text(encoding="utf-8")
        blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
        self.assertGreater(len(blocks), 3)
        here = os.getcwd()
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                os.mkdir("photos")
                for name in ("photo.jpg", "photos/one.jpg", "photos/two.jpg"):
                    shutil.copy(JPEG, name)
                for block in blocks:
                    with self.subTest(block), contextlib.redirect_stdout(io.StringIO()):
                        exec(compile(block, "README.md", "exec"), {"__name__": "__main__"})
            finally:
                os.chdir(here)
