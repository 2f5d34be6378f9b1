"""YAML, strictly: every scalar a string with its place; no aliases, no duplicate keys, no surprises.

The parser's events are used rather than its loaders: an alias is then seen where it stands, nothing is ever
expanded, and reading ends at the first thing too deep.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from config.problems import START, Place, Problems, likely, shown

MOST_BYTES = 2 * 1024 * 1024
MOST_BYTES_IN_A_LINE = 64 * 1024
DEEPEST = 20

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_UNPRINTABLE = re.compile("[^\x09\x0a\x0d\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value as it was written."""

    text: str
    place: Place
    quoted: bool = False

    @property
    def is_null(self) -> bool:
        """Whether nothing is written here."""
        return not self.quoted and self.text in _NULLS


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    place: Place
    items: list["Node"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values, each key once."""

    place: Place
    items: dict[str, "Node"] = field(default_factory=dict)
    keys: dict[str, Place] = field(default_factory=dict)


Node = Scalar | Sequence | Mapping


class _UnreadableError(Exception):
    def __init__(self, place: Place, message: str) -> None:
        super().__init__(message)
        self.place = place


def read(data: bytes, problems: Problems, loader: Any = _LOADER) -> Node | None:
    """Return the one document of a file; None, and the reason among the problems, if it has none.

    The loader is libyaml's where it is there.
    """
    try:
        text = _decoded(data)
        _measure(text)
        return _Composer(yaml.parse(text, Loader=loader), problems).document()
    except _UnreadableError as problem:
        problems.error(problem.place, str(problem))
    except yaml.YAMLError as problem:
        problems.error(*_explained(problem, text))
    return None


def _decoded(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise _UnreadableError(START, f"a file of {len(data)} bytes: {MOST_BYTES} at most (2 MiB)")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        place = _place_at(data[: problem.start].decode(), problem.start)
        raise _UnreadableError(place, "not UTF-8: save the file as UTF-8 text") from None


def _measure(text: str) -> None:
    """Refuse what no parser should be given."""
    for number, line in enumerate(text.split("\n"), 1):
        if len(line.encode()) > MOST_BYTES_IN_A_LINE:
            raise _UnreadableError(Place(number, 1), "a line longer than 64 KiB: break it")
    found = _UNPRINTABLE.search(text)
    if found:
        place = _place_at(text, found.start())
        raise _UnreadableError(
            place, f"a character that text cannot contain: {found[0]!r}; is this a YAML file?"
        )


def _place_at(text: str, index: int) -> Place:
    before = text[:index]
    return Place(before.count("\n") + 1, index - before.rfind("\n"))


def _place(mark: Any) -> Place:
    return Place(mark.line + 1, mark.column + 1)


def _explained(problem: yaml.YAMLError, text: str) -> tuple[Place, str]:
    """Return the place and the parser's words, with the cure for the usual causes."""
    mark = getattr(problem, "problem_mark", None)
    if mark is None:
        return START, "cannot be read as YAML"
    context, begun = getattr(problem, "context", "") or "", getattr(problem, "context_mark", None)
    if begun and "quoted scalar" in context and "end of stream" in str(problem):
        return _place(begun), "a quote is opened here and never closed"
    line = text.split("\n")[min(mark.line, text.count("\n"))]
    if "\t" in line[: mark.column + 1]:
        return _place(mark), "a tab: YAML is indented with spaces"
    words = getattr(problem, "problem", None) or "cannot be read as YAML"
    return _place(mark), f"{words} {context}".strip()


class _Composer:
    """Builds the tree from the parser's events."""

    def __init__(self, events: Iterator[yaml.Event], problems: Problems) -> None:
        self._events = events
        self._problems = problems

    def document(self) -> Node:
        event = self._content()
        if event is None:
            raise _UnreadableError(START, "the file is empty")
        node = self._node(event, 1)
        another = self._content()
        if another is not None:
            raise _UnreadableError(_place(another.start_mark), "a second document: only one is allowed")
        return node

    def _content(self) -> yaml.Event | None:
        """Return the next event that is not about the stream or a document."""
        around = (yaml.StreamStartEvent, yaml.StreamEndEvent, yaml.DocumentStartEvent, yaml.DocumentEndEvent)
        return next((event for event in self._events if not isinstance(event, around)), None)

    def _node(self, event: yaml.Event, depth: int) -> Node:
        place = _place(event.start_mark)
        if isinstance(event, yaml.AliasEvent):
            raise _UnreadableError(place, f"an alias (*{event.anchor}): write the value out")
        tag = getattr(event, "tag", None)
        if tag not in {None, "!"}:
            raise _UnreadableError(place, f"a tag ({shown(str(tag))}): write the plain value")
        if depth > DEEPEST:
            raise _UnreadableError(place, f"nested more than {DEEPEST} deep")
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(event.value, place, quoted=not event.implicit[0])
        return self._collection(event, depth)

    def _collection(self, event: yaml.Event, depth: int) -> Node:
        place = _place(event.start_mark)
        if isinstance(event, yaml.SequenceStartEvent):
            return Sequence(place, [self._node(each, depth + 1) for each in iter(self._next, None)])
        mapping = Mapping(place)
        while (key := self._next()) is not None:
            self._pair(mapping, key, depth)
        return mapping

    def _next(self) -> yaml.Event | None:
        """Return the next event within a collection, None at its end."""
        event = next(self._events)
        return None if isinstance(event, yaml.CollectionEndEvent) else event

    def _pair(self, mapping: Mapping, key_event: yaml.Event, depth: int) -> None:
        key = self._node(key_event, depth + 1)
        value = self._node(next(self._events), depth + 1)
        if not isinstance(key, Scalar) or not key.text:
            self._problems.error(key.place, "a key must be a word")
        elif key.text in mapping.items:
            first = mapping.keys[key.text].line
            self._problems.error(key.place, f"{shown(key.text)} is given twice; first in line {first}")
        else:
            mapping.items[key.text] = value
            mapping.keys[key.text] = key.place


def known_keys(mapping: Mapping, known: tuple[str, ...], problems: Problems) -> None:
    """Note every key that nobody knows, with the one that was likely meant."""
    for key, place in mapping.keys.items():
        if key not in known:
            near = likely(key, known) or f"; known: {', '.join(known)}"
            problems.error(place, f"unknown key {shown(key)}{near}")
