"""The vendor's further meeting fields (API reference, section 3.1): the one place where types are guessed."""

import re
from typing import Any

from config.bounds import too_much
from config.meeting_fields import BOOLEANS, BUCKETS, KEEP_ALIVE, KNOWN, NESTED, OBJECTS, REGION, REGIONS
from config.problems import Place, Problems, likely, shown
from config.readers import kind
from config.secret_fields import FROM, Path, objections
from config.yaml_source import Mapping, Node, Scalar, Sequence

SET_BY_US = frozenset({"title", "live_stream_on_start", "status", "id", "created_at", "updated_at"})

_INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d{1,18}\.\d{1,18}", re.ASCII)
_WORDS = {"true": True, "false": False}


def meeting(node: Node, problems: Problems) -> dict[str, Any] | None:
    """Read the fields. Unknown ones are passed on, with a warning: the vendor adds fields now and then."""
    if not isinstance(node, Mapping):
        problems.error(node.place, f"expected a mapping of the provider's fields, not {kind(node)}")
        return None
    found = {key: plain(item) for key, item in node.items.items()}
    if reason := too_much(found):
        problems.error(node.place, reason)
        return None
    for key, value in found.items():
        _check(key, value, node.keys[key], problems)
        _check_inside(key, node.items[key], problems)
    if found.get("summarize_on_end") is True and not _is_transcribed(found):
        text = "summaries need transcripts: add `transcribe_on_end: true`"
        problems.warning(node.keys["summarize_on_end"], f"summarize_on_end: {text}")
    for path, text in objections(found):
        problems.error(_place(node, path), text)
    return found


def _place(node: Node, path: Path) -> Place:
    """Return where a value stands: its key, or the item of a list."""
    place = node.place
    for each in path:
        match node:
            case Mapping() if isinstance(each, str):
                place, node = node.keys[each], node.items[each]
            case Sequence() if isinstance(each, int):
                node = node.items[each]
                place = node.place
            case _:
                break
    return place


def plain(node: Node) -> Any:
    """Return a node as JSON has it: unquoted numbers, true, false and null are what they look like."""
    match node:
        case Mapping():
            return {key: plain(item) for key, item in node.items.items()}
        case Sequence():
            return [plain(item) for item in node.items]
        case Scalar():
            return node.text if node.quoted else _guessed(node)


def _guessed(node: Scalar) -> Any:
    if node.is_null:
        return None
    if _INTEGER.fullmatch(node.text):
        return int(node.text)
    if _DECIMAL.fullmatch(node.text):
        return float(node.text)
    return _WORDS.get(node.text, node.text)


def _check(key: str, value: Any, place: Place, problems: Problems) -> None:
    if key in SET_BY_US:
        problems.error(place, f"{key} cannot be set here: it is derived from the entry")
    elif key in BUCKETS.values():
        problems.error(place, f"{key} belongs inside recording_config: move it there")
    elif key not in KNOWN:
        near = likely(key, KNOWN)
        note = problems.error if near else problems.warning
        note(place, f"unknown meeting field {shown(key)}{near or '; it is passed on unchanged'}")
    elif wrong := _wrong(key, value):
        problems.error(place, f"{key}: {wrong}")


def _check_inside(path: str, node: Node, problems: Problems) -> None:
    """Note names that no object of the vendor's has inside; they are passed on, if none is near."""
    known = NESTED.get(path)
    if known is None or not isinstance(node, Mapping):
        return
    for key, item in node.items.items():
        if key == FROM:
            continue
        if key in known:
            _check_inside(f"{path}.{key}", item, problems)
            continue
        near = likely(key, known)
        note = problems.error if near else problems.warning
        note(node.keys[key], f"unknown field {shown(key)} in {path}{near or '; it is passed on unchanged'}")


def _is_transcribed(found: dict[str, Any]) -> bool:
    ai_config = found.get("ai_config")
    return found.get("transcribe_on_end") is True or (
        isinstance(ai_config, dict) and "transcription" in ai_config
    )


def _wrong(key: str, value: Any) -> str | None:
    """Return what is wrong with the value of a known field."""
    if key in BOOLEANS and not isinstance(value, bool):
        return "write true or false"
    if key in OBJECTS and (not isinstance(value, dict) or FROM in value):
        return "expected a mapping"
    if key == KEEP_ALIVE and (
        isinstance(value, bool) or not isinstance(value, int) or not 60 <= value <= 600
    ):
        return "write a number of seconds, 60 to 600"
    if key == REGION and value is not None and value not in REGIONS:
        return f"write one of {', '.join(REGIONS)}"
    return None
