"""The form of an answer: keys and types, never a value."""

import re
from typing import Any

DEEPEST = 6
"""Levels that are told."""

_KEY = re.compile(r"[A-Za-z_]{1,40}")
"""A key that is a name, not an id or a secret."""


def shape(value: Any, level: int = DEEPEST) -> Any:
    """Return the keys and types of a JSON value; of a list, the first item's."""
    match value:
        case dict():
            return {_key(key): shape(each, level - 1) for key, each in value.items()} if level else "object"
        case list():
            return [shape(each, level - 1) for each in value[:1]] if level else "array"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case _:
            return "null"


def _key(key: str) -> str:
    return key if _KEY.fullmatch(key) else "(another key)"
