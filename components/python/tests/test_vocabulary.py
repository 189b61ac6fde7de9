"""The options are the core's, in the package and on its page."""

from __future__ import annotations

import dataclasses
import inspect
import typing
from typing import Any

import edgepix
from edgepix import _job
from edgepix._words import camel, sentence, snake

from .common import JPEG, ROOT, Case

README = (ROOT / "components/python/README.md").read_text(encoding="utf-8")


def options() -> list[dict[str, Any]]:
    return list(_job.vocabulary()["options"])


class Vocabulary(Case):
    def test_resize_has_every_option(self) -> None:
        names = list(inspect.signature(edgepix.resize).parameters)
        self.assertEqual(names, ["input", *(snake(option["option"]) for option in options()), "limits"])

    def test_every_option_reaches_the_core(self) -> None:
        for option in options():
            name = snake(option["option"])
            arguments: dict[str, Any] = {name: object()}
            error = self.refused(lambda: edgepix.resize(JPEG, **arguments), "invalid-parameter")
            self.assertEqual((error.parameter, error.allowed), (name, sentence(option["values"])))

    def test_limits_are_those_of_the_core(self) -> None:
        limits = _job.vocabulary()["limits"]
        self.assertEqual(list(typing.get_type_hints(edgepix.Limits)), [snake(name) for name in limits])

    def test_metadata_leave_nothing_out(self) -> None:
        with _job._loaded().instance() as instance:
            told = instance.ask("edgepix_metadata", JPEG.read_bytes()).facts
        self.assertEqual({snake(name) for name in told}, {field.name for field in dataclasses.fields(edgepix.Metadata)})

    def test_names_come_back_as_they_were(self) -> None:
        for name, written in [("maxBytes", "max_bytes"), ("width", "width"), ("outputSide", "output_side")]:
            self.assertEqual((snake(name), camel(written)), (written, name))

    def test_the_page_has_every_option(self) -> None:
        rows = [
            f"| `{snake(option['option'])}` | {option['help']} | {cell(option['values'])} | {cell(option['default'])} |"
            for option in options()
        ]
        self.assert_page("| option | what it does | values | default |\n| --- | --- | --- | --- |", rows)

    def test_the_page_has_every_limit(self) -> None:
        for name, value in _job.vocabulary()["limits"].items():
            self.assertRegex(README, rf"\| `{snake(name)}` \| [^|]+ \| {number(value)} \|\n")

    def assert_page(self, head: str, rows: list[str]) -> None:
        table = "\n".join([head, *rows]) + "\n\n"
        self.assertTrue(table in README, f"components/python/README.md needs this table:\n\n{table}")


def cell(words: str) -> str:
    """Words of a table that stand alone, as code."""
    text = sentence(words)
    alone = text != "none" and all(word.isalnum() for word in text.split(", "))
    return " ".join(f"`{word}`" for word in text.split(", ")) if alone else text


def number(value: int) -> str:
    """A limit as people write it."""
    if value % (1 << 20) == 0:
        return f"{value >> 20} MiB"
    if value % 1_000_000_000 == 0:
        return f"{value // 1_000_000_000} thousand million"
    return f"{value // 1_000_000} million" if value % 1_000_000 == 0 else str(value)
