"""The names and words of the vocabulary, which are JavaScript's, as Python writes them."""

from __future__ import annotations

import re


def snake(name: str) -> str:
    """`maxBytes` as `max_bytes`."""
    return re.sub(r"(?<=[a-z0-9])[A-Z]", lambda capital: "_" + capital[0].lower(), name)


def camel(name: str) -> str:
    """`max_bytes` as `maxBytes`."""
    return re.sub(r"_([a-z])", lambda letter: letter[1].upper(), name)


def sentence(text: str) -> str:
    """Names, truth values and tuples within a text: `{ x: 0.3, y: 0.7 }` as `(0.3, 0.7)`."""
    text = re.sub(r"\{ (.*?) \}", lambda object: "(" + re.sub(r"\w+: ", "", object[1]) + ")", text)
    text = re.sub(r"\b(true|false)\b", lambda word: word[0].capitalize(), text)
    return re.sub(r"\b[a-z]+(?:[A-Z][a-z]+)+\b", lambda name: snake(name[0]), text)
