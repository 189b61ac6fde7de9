"""Jobs: what a caller gives is written for the module, what the module answers becomes a picture or an error."""

from __future__ import annotations

import json
import math
import numbers
import os
import threading
from collections.abc import Mapping
from dataclasses import fields
from importlib import resources
from typing import Any, cast

import wasmtime

from ._error import URN, EdgepixError, Kind
from ._input import Input, read
from ._module import Answer, Instance, Module
from ._picture import Metadata, Picture
from ._words import camel, sentence, snake

_lock = threading.Lock()
_module: Module | None = None


def load() -> None:
    """Compiles the core, which the first call does where this did not: for servers that start before the first image
    comes. Takes seconds the first time on a machine; later processes find the compiled code in the user's cache folder."""
    _loaded()


def picture(input: Input, options: Mapping[str, object], limits: Mapping[str, object] | None) -> Picture:
    """Makes an image of an image. Options that are `None` have their defaults."""
    answer = _asked("edgepix_transform", input, limits, _written(options))
    facts = answer.facts
    size = facts["width"], facts["height"]
    return Picture(answer.data, facts["format"], facts["mediaType"], *size, tuple(facts["dropped"]))


def facts(input: Input, limits: Mapping[str, object] | None) -> Metadata:
    """Reads an image's headers."""
    told = {snake(name): value for name, value in _asked("edgepix_metadata", input, limits).facts.items()}
    return Metadata(**{field.name: told[field.name] for field in fields(Metadata)})


def vocabulary() -> dict[str, Any]:
    """The options and limits that the core has, as `edgepix.h` describes them."""
    with _loaded().instance() as instance:
        return _checked(instance.ask("edgepix_vocabulary")).facts


def _asked(function: str, input: Input, limits: Mapping[str, object] | None, *more: bytes) -> Answer:
    try:
        with _loaded().instance() as instance:
            most = _limited(instance, limits)
            answer = instance.ask(function, read(input, most), *more)
    except (wasmtime.Trap, wasmtime.WasmtimeError, MemoryError) as error:
        raise EdgepixError("internal", f"The image module broke off: {error}.") from error
    return _checked(answer)


def _limited(instance: Instance, limits: Mapping[str, object] | None) -> int:
    """Sets the limits of the calls that follow, and gives the one that is about what is read."""
    in_force = _checked(instance.ask("edgepix_set_limits", _written(limits or {}))).facts
    return int(in_force["sourceBytes"])


def _checked(answer: Answer) -> Answer:
    if not answer.failed:
        return answer
    problem = answer.facts
    raise EdgepixError(
        kind=cast(Kind, problem["type"].removeprefix(URN)),
        message=sentence(problem["detail"]),
        parameter=_sentence(problem.get("parameter")),
        allowed=_sentence(problem.get("allowed")),
        limit=problem.get("limit"),
        actual=problem.get("actual"),
    )


def _sentence(text: str | None) -> str | None:
    return None if text is None else sentence(text)


def _written(options: Mapping[str, object]) -> bytes:
    given = {camel(name): _value(value) for name, value in options.items() if value is not None}
    return json.dumps(given).encode()


def _value(value: object) -> object:
    """A value as JSON has it. A list stands for what no option takes: the module's error says what it does take."""
    if isinstance(value, (bool, str)):
        return value
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Real):
        return float(value) if math.isfinite(value) else []
    if isinstance(value, (tuple, list)) and len(value) in (2, 4):
        # A point or a rectangle.
        return dict(zip(("x", "y", "width", "height"), map(_value, value)))
    return []


def _loaded() -> Module:
    global _module
    with _lock:
        if _module is None:
            wasm = resources.files(__package__).joinpath("edgepix.wasm").read_bytes()
            _module = Module(wasm)
        return _module


def _after_fork() -> None:
    # The thread that held it may not be there any more.
    global _lock
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
