"""Nodes of a document -> values. What is wrong is noted at its place, and reading goes on."""

from collections.abc import Callable, Collection
from collections.abc import Mapping as Table
from typing import Any, TypeVar

from config.problems import Problems
from config.yaml_source import Mapping, Node, Scalar, Sequence, known_keys

T = TypeVar("T")

Reader = Callable[[Node, Problems], Any]
"""Returns the value; None if it is wrong, which has then been noted."""


def scalar(parse: Callable[[str], T]) -> Callable[[Node, Problems], T | None]:
    """Read a single value by its text."""

    def read(node: Node, problems: Problems) -> T | None:
        if not isinstance(node, Scalar):
            problems.error(node.place, f"expected a single value, not {kind(node)}")
            return None
        if node.is_null:
            problems.error(node.place, "the value is empty: write one, or remove the key")
            return None
        try:
            return parse(node.text)
        except ValueError as problem:
            problems.error(node.place, str(problem))
            return None

    return read


def each(reader: Reader) -> Reader:
    """Read a list whose items are all alike, into a tuple."""

    def read(node: Node, problems: Problems) -> tuple[Any, ...] | None:
        if not isinstance(node, Sequence):
            problems.error(node.place, f"expected a list, as in [a, b], not {kind(node)}")
            return None
        values = [reader(item, problems) for item in node.items]
        return None if any(value is None for value in values) else tuple(values)

    return read


def fields(readers: Table[str, Reader], required: Collection[str] = ()) -> Reader:
    """Read a mapping of known keys, into a dict of what is right in it."""

    def read(node: Node, problems: Problems) -> dict[str, Any] | None:
        if not isinstance(node, Mapping):
            problems.error(node.place, f"expected a mapping, as in key: value, not {kind(node)}")
            return None
        known_keys(node, tuple(readers), problems)
        for key in required:
            if key not in node.items:
                problems.error(node.place, f"{key} is missing")
        found = {key: readers[key](item, problems) for key, item in node.items.items() if key in readers}
        return {key: value for key, value in found.items() if value is not None}

    return read


def kind(node: Node) -> str:
    """Return what a node is, in words."""
    match node:
        case Sequence():
            return "a list"
        case Mapping():
            return "a mapping"
        case Scalar():
            return "nothing" if node.is_null else "a single value"
