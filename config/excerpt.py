"""One entry of a schedule that was put in force, read by itself: it was checked as a whole before."""

from collections.abc import Iterator

from config import scalars
from config.calendar_model import entry
from config.entry_model import DEFAULTS, Defaults, Written
from config.problems import Problems
from config.readers import fields, scalar
from config.yaml_source import Mapping, Node, Scalar, Sequence, read

_HEAD = {"timezone": scalar(scalars.zone), "defaults": fields(DEFAULTS)}


def entries(text: str, key: str) -> tuple[Written, ...]:
    """Return the entry of this key, and the one that had it before, as far as they can be read.

    None of them: the text is no schedule, or one that this version cannot read any more.
    """
    problems = Problems("schedule")
    document = read(text.encode(), problems)
    if not isinstance(document, Mapping):
        return ()
    found = [each for each in _items(document) if key in (_word(each, "key"), _word(each, "was"))]
    defaults = _defaults(document, problems) if found else Defaults()
    return tuple(each for node in found if (each := entry(node, defaults, problems)) is not None)


def keys(text: str) -> tuple[str, ...]:
    """Return the keys of a schedule's entries, in their order."""
    document = read(text.encode(), Problems("schedule"))
    return tuple(_word(each, "key") for each in _items(document)) if isinstance(document, Mapping) else ()


def _items(document: Mapping) -> Iterator[Mapping]:
    listed = document.items.get("broadcasts")
    for each in listed.items if isinstance(listed, Sequence) else ():
        if isinstance(each, Mapping):
            yield each


def _word(node: Mapping, name: str) -> str:
    value: Node | None = node.items.get(name)
    return value.text if isinstance(value, Scalar) else ""


def _defaults(document: Mapping, problems: Problems) -> Defaults:
    head = {name: _HEAD[name](node, problems) for name, node in document.items.items() if name in _HEAD}
    return Defaults(head.get("timezone"), head.get("defaults") or {})
