"""The module in its sandbox: threads, processes, memory, compiled code."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest import mock

import wasmtime

import edgepix
from edgepix import _job, _module

from .common import JPEG, Case

DATA = JPEG.read_bytes()


class Threads(Case):
    def test_jobs_of_many_threads_do_not_touch_each_other(self) -> None:
        widths = [10 + 7 * number for number in range(24)]
        expected = [edgepix.resize(DATA, width=width).bytes for width in widths]
        with ThreadPoolExecutor(8) as threads:
            made = threads.map(lambda width: edgepix.resize(DATA, width=width).bytes, widths)
            self.assertEqual(list(made), expected)

    def test_a_job_may_begin_while_another_one_waits_for_its_input(self) -> None:
        class Nested:
            def __init__(self) -> None:
                self.left = DATA
                self.inner: edgepix.Picture | None = None

            def read(self, size: int, /) -> bytes:
                self.inner = self.inner or edgepix.resize(DATA, width=9)
                part, self.left = self.left[:size], self.left[size:]
                return part

        nested = Nested()
        self.assertEqual(edgepix.resize(nested, width=8, limits={"memory": 1 << 30}).width, 8)
        self.assertEqual(nested.inner and nested.inner.width, 9)

    @unittest.skipUnless(hasattr(os, "fork"), "this system has no fork")
    def test_a_forked_process_goes_on(self) -> None:
        expected = edgepix.resize(DATA, width=30)
        child = os.fork()
        if child == 0:
            try:
                same = edgepix.resize(DATA, width=30) == expected
            finally:
                os._exit(0 if same else 1)
        self.assertEqual(os.waitpid(child, 0)[1], 0)


class Memory(Case):
    def test_an_instance_is_used_again_and_one_that_has_grown_is_not(self) -> None:
        module = _job._loaded()
        edgepix.metadata(DATA)
        idle = list(module._idle)
        edgepix.metadata(DATA)
        self.assertEqual(list(module._idle), idle)
        with mock.patch.object(_module, "KEPT", 0):
            edgepix.metadata(DATA)
        self.assertEqual(len(module._idle), len(idle) - 1)

    def test_results_and_buffers_are_freed(self) -> None:
        with _job._loaded().instance() as instance:
            instance.ask("edgepix_transform", DATA, b"w=64")
            before = instance.size()
            for _ in range(40):
                instance.ask("edgepix_transform", DATA, b"w=64")
            self.assertEqual(instance.size(), before)

    def test_a_module_that_breaks_off_is_an_internal_error(self) -> None:
        allocate = '(func (export "edgepix_allocate") (param i32) (result i32) {})'
        for body, cause in [("unreachable", wasmtime.Trap), ("i32.const 0", MemoryError), ("i32.const -9", MemoryError)]:
            text = f'(module (memory (export "memory") 1) {allocate.format(body)})'
            with mock.patch.object(_job, "_module", _module.Module(bytes(wasmtime.wat2wasm(text)))):
                error = self.refused(lambda: edgepix.metadata(DATA), "internal")
            self.assertIsInstance(error.__cause__, (cause, wasmtime.WasmtimeError) if cause is wasmtime.Trap else cause)
        self.assertEqual(edgepix.metadata(DATA).width, 2064)


class CompiledCode(Case):
    LOAD = "import edgepix; edgepix.load(); print(edgepix.__version__)"

    def load(self, cache: Path) -> str:
        environment = {**os.environ, "XDG_CACHE_HOME": str(cache), "HOME": str(cache), "LOCALAPPDATA": str(cache)}
        ran = subprocess.run([sys.executable, "-c", self.LOAD], env=environment, capture_output=True, text=True)
        self.assertEqual(ran.returncode, 0, ran.stderr)
        return ran.stdout.strip()

    def test_it_is_kept_for_the_next_process(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(self.load(Path(folder)), edgepix.__version__)
            kept = [path for path in Path(folder).rglob("*") if path.is_file() and path.stat().st_size > 1_000_000]
            self.assertEqual(len(kept), 1, kept)

    def test_without_a_place_for_it_all_works(self) -> None:
        with tempfile.NamedTemporaryFile() as file:
            self.assertEqual(self.load(Path(file.name)), edgepix.__version__)
