"""JSON in columns: strict, and small."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from config.bounds import LONGEST_JSON
from jobs.model import Host
from worker.kit.twins import without_twins

DEEPEST = 32


def mapping(text: str) -> dict[str, Any]:
    """Read an object.

    Raises:
        ValueError: the text is none.
    """
    found = {} if text == "{}" else _parsed(text)
    if not isinstance(found, dict):
        raise ValueError('write a JSON object such as {"record_on_start": true}')  # noqa: TRY004 - it is the text that is wrong
    return found


def array(text: str) -> list[Any]:
    """Read a list.

    Raises:
        ValueError: the text is none.
    """
    found = [] if text == "[]" else _parsed(text)
    if not isinstance(found, list):
        raise ValueError("write a JSON list such as []")  # noqa: TRY004 - it is the text that is wrong
    return found


def of_mapping(values: Mapping[str, Any]) -> str:
    """Write an object."""
    return json.dumps(dict(values), allow_nan=False) if values else "{}"


def of_names(names: Sequence[str]) -> str:
    """Write a list of names."""
    return json.dumps(list(names))


def of_hosts(hosts: Sequence[Host]) -> str:
    """Write hosts."""
    written = [{"id": each.id, "name": each.name, "preset": each.preset} for each in hosts]
    return json.dumps(written, ensure_ascii=False)


def _parsed(text: str) -> Any:
    if len(text) > LONGEST_JSON:
        raise ValueError(f"{len(text)} characters of JSON, {LONGEST_JSON} at most")
    try:
        found = json.loads(text, object_pairs_hook=without_twins)
        _check(found, 0)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error}") from None
    return found


def _check(value: Any, depth: int) -> None:
    """Refuse what Python reads as JSON and nobody else does: NaN, infinity, half a surrogate pair."""
    match value:
        case _ if depth > DEEPEST:
            raise ValueError("nested too deeply")
        case dict():
            for name, item in value.items():
                _check(name, depth + 1)
                _check(item, depth + 1)
        case list():
            for item in value:
                _check(item, depth + 1)
        case str():
            _check_text(value)
        case float():
            _check_number(value)
        case _:
            pass


def _check_text(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("a lone surrogate in JSON") from None


def _check_number(value: float) -> None:
    if value - value != 0:
        raise ValueError("an infinite number or NaN in JSON")
