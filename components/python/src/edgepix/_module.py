"""The core module in Wasmtime: buffers in, answers out. `components/c-abi/edgepix.h` describes its functions.

Knows nothing of the package around it, so that the build, too, can ask the module what it can do.
"""

from __future__ import annotations

import ctypes
import json
import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import wasmtime

KEPT = 64 << 20
"""Bytes. Memory of WebAssembly never shrinks: an instance that has grown beyond this is given up after its job."""


@dataclass(frozen=True)
class Answer:
    """What a call of the module gives."""

    failed: bool
    facts: dict[str, Any]
    """Metadata, facts about an image, or the fields of a problem detail."""
    data: bytes
    """The image, where one was made."""


class Module:
    """The compiled module, with as many instances as there are jobs at one time. For any number of threads."""

    def __init__(self, wasm: bytes) -> None:
        self._engine = wasmtime.Engine(_config())
        self._module = wasmtime.Module(self._engine, wasm)
        # Appending and popping need no lock. What is too much falls out at the other end.
        self._idle: deque[Instance] = deque(maxlen=os.cpu_count() or 1)

    @contextmanager
    def instance(self) -> Iterator[Instance]:
        """An instance for one job at a time. Where the job raises, the instance is not used again."""
        try:
            instance = self._idle.pop()
        except IndexError:
            instance = Instance(self._engine, self._module)
        yield instance
        if instance.size() <= KEPT:
            self._idle.append(instance)


class Instance:
    """An instance with memory of its own. One thread at a time."""

    def __init__(self, engine: wasmtime.Engine, module: wasmtime.Module) -> None:
        self._store = wasmtime.Store(engine)
        self._exports = wasmtime.Instance(self._store, module, []).exports(self._store)
        memory = self._exports["memory"]
        assert isinstance(memory, wasmtime.Memory)
        self._memory = memory

    def size(self) -> int:
        """Bytes of its memory."""
        return self._memory.data_len(self._store)

    def ask(self, function: str, *buffers: bytes) -> Answer:
        """Calls a function that takes buffers and makes a result.

        Raises `MemoryError` where the module has no memory for a buffer, and `wasmtime.Trap` or `wasmtime.WasmtimeError`
        where the module breaks off.
        """
        addresses = [self._put(buffer) for buffer in buffers]
        lengths = [len(buffer) for buffer in buffers]
        result = self._call(function, *(number for pair in zip(addresses, lengths) for number in pair))
        answer = Answer(
            failed=self._call("edgepix_result_error", result) != 0,
            facts=json.loads(self._get("edgepix_result_json", result)),
            data=self._get("edgepix_result_bytes", result),
        )
        self._call("edgepix_result_free", result)
        for address in addresses:
            self._call("edgepix_free", address)
        return answer

    def _put(self, buffer: bytes) -> int:
        address = self._call("edgepix_allocate", len(buffer))
        if address == 0:
            raise MemoryError(f"the module has no memory for {len(buffer)} bytes")
        ctypes.memmove(self._at(address, len(buffer)), buffer, len(buffer))
        return address

    def _get(self, name: str, result: int) -> bytes:
        address, length = self._call(name, result), self._call(f"{name}_length", result)
        return bytes(self._at(address, length))

    def _at(self, address: int, length: int) -> ctypes.Array[ctypes.c_ubyte]:
        # Only here an address leaves the sandbox.
        if address + length > self.size():
            raise MemoryError("the module names bytes outside of its memory")
        return self._memory.get_buffer_ptr(self._store, length, address)

    def _call(self, name: str, *numbers: int) -> int:
        function = self._exports[name]
        assert isinstance(function, wasmtime.Func)
        # Numbers of 32 bits without a sign, which Wasmtime gives a sign.
        answer = function(self._store, *numbers)
        return answer & 0xFFFF_FFFF if isinstance(answer, int) else 0


def _config() -> wasmtime.Config:
    config = wasmtime.Config()
    try:
        # Compiled code is kept in the user's cache folder, for the next process.
        config.cache = True
    except wasmtime.WasmtimeError:
        # There is none, or none that can be written to: each process compiles for itself.
        config = wasmtime.Config()
    return config
