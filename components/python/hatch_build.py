"""Puts the core module into the wheel, and `resize` with the options that this module has.

`dist/edgepix.wasm` has to be there: `cargo xtask build` makes it, and calls this.
"""

from __future__ import annotations

import importlib.util
import sys
import textwrap
from pathlib import Path
from string import Template
from types import ModuleType
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parent
DIST = ROOT.parent.parent / "dist"
PACKAGE = ROOT / "src" / "edgepix"


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Called by hatchling."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        wasm = DIST / "edgepix.wasm"
        if not wasm.is_file():
            raise FileNotFoundError(f"{wasm} is not there; make it with: cargo xtask build")
        written = DIST / "stage" / "python" / "_resize.py"
        written.parent.mkdir(parents=True, exist_ok=True)
        written.write_text(source(wasm.read_bytes()), encoding="utf-8")
        build_data["force_include"].update(
            {str(wasm): "edgepix/edgepix.wasm", str(written): "edgepix/_resize.py"}
        )


def source(wasm: bytes) -> str:
    """The module `_resize` for a core module."""
    with _loaded("_module").Module(wasm).instance() as instance:
        vocabulary = instance.ask("edgepix_vocabulary").facts
    options = vocabulary["options"]
    words = {option["kind"]: option["words"] for option in options if "words" in option}
    snake, sentence = _loaded("_words").snake, _loaded("_words").sentence
    names = [snake(option["option"]) for option in options]
    template = Template((ROOT / "resize.py.template").read_text(encoding="utf-8"))
    return template.substitute(
        formats=_quoted(words["format"]),
        places=_quoted(words["gravity"]),
        limits="\n".join(f"    {snake(name)}: int" for name in vocabulary["limits"]),
        parameters="\n".join(
            f"    {name}: {_type(option)} | None = None," for name, option in zip(names, options)
        ),
        documentation="\n".join(
            _paragraph(f"{name}: {option['help']} Values: {sentence(option['values'])}. "
                       f"Default: {sentence(option['default'])}.")
            for name, option in zip(names, options)
        ),
        arguments="\n".join(f'        "{name}": {name},' for name in names),
    )


def _type(option: dict[str, Any]) -> str:
    """The type of an option's values."""
    kind = option["kind"]
    if kind == "format":
        also = _quoted(option.get("also", []))
        return f"Format | Literal[{also}]" if also else "Format"
    if kind == "words":
        return f"Literal[{_quoted(option['words'])}]"
    if kind == "numbers":
        return f"Literal[{', '.join(option['words'])}]"
    types = {
        "side": "int",
        "flag": "bool",
        "quality": "int",
        "gravity": "Gravity",
        "crop": "Crop",
        "number": "float",
        "text": "str",
    }
    return types[kind]


def _quoted(words: list[str]) -> str:
    return ", ".join(f'"{word}"' for word in words)


def _paragraph(text: str) -> str:
    return textwrap.fill(text, width=120, initial_indent=" " * 8, subsequent_indent=" " * 12)


def _loaded(name: str) -> ModuleType:
    """A module of the package, which as a whole cannot be imported before it is complete."""
    spec = importlib.util.spec_from_file_location(f"edgepix_build{name}", PACKAGE / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
