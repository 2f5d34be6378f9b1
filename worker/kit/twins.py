"""JSON in which a name occurs twice: it is refused, whoever wrote it."""

from typing import Any


def without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object of these names and values, as a hook of `json.loads`.

    Raises:
        ValueError: a name occurs twice.
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name occurs twice in one JSON object")
    return found
