"""The live table, and the plain lines where there is no terminal."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.live import Live
from rich.text import Text

from worker.demo.evidence import Evidence
from worker.demo.provider import Call
from worker.demo.script import PARTS, SHORTENED
from worker.store.records import Note
from worker.view.board import room_for_last, state_mark, table, window
from worker.view.terminal import visible_text

CALLS_SHOWN = 6
NEWS_SHOWN = 5
LEAST_LAST = 14
"""Columns that the last thing done gets before bars are shown."""
ROOMY = 40
"""Columns that it gets before people are named rather than counted."""

News = tuple[datetime, str, str]
"""When something happened, to which part, and what."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Everything there is to see at an instant."""

    now: datetime
    zero: datetime
    evidence: Sequence[Evidence]
    deeds: Sequence[News]
    """What people did."""

    def calls(self) -> list[Call]:
        """Return every call about any part, oldest first."""
        return sorted((call for each in self.evidence for call in each.calls), key=lambda call: call.at)

    def news(self) -> list[News]:
        """Return what people did, and what was told to the operator."""
        told = (
            (alert.raised_at or self.now, each.part.key, f"alert: {name}: {alert.text}")
            for each in self.evidence
            for name, alert in each.told.items()
        )
        return sorted([*self.deeds, *told])

    def happenings(self) -> list[News]:
        """Return the news, and what the worker did and why."""
        done = (
            (note.at, each.part.key, spoken(note))
            for each in self.evidence
            for note in each.notes
            if note.kind in _DONE
        )
        return sorted([*self.news(), *done])


class Screen(Protocol):
    """Where the demonstration is followed."""

    def show(self, moment: Moment) -> None:
        """Show how it stands."""
        ...


@dataclass(slots=True)
class Table:
    """A table that is redrawn in place."""

    live: Live

    def show(self, moment: Moment) -> None:
        """Draw it anew."""
        self.live.update(View(moment), refresh=True)


@dataclass(slots=True)
class Lines:
    """A line for each thing that happens."""

    console: Console
    _told: set[News] = field(default_factory=set)

    def show(self, moment: Moment) -> None:
        """Print what is new."""
        for line in moment.happenings():
            if line not in self._told:
                self._told.add(line)
                at, key, text = line
                self.console.print(f"{at.astimezone():%H:%M:%S}  {key:14}  {text}")


@contextmanager
def screen(out: Console, *, drawn: bool) -> Iterator[Screen]:
    """Have a table that goes away in the end, or lines."""
    if not drawn:
        yield Lines(out)
        return
    with Live(console=out, auto_refresh=False, transient=True) as live:
        yield Table(live)


_DONE = frozenset({"move", "attempt"})
"""Rows of the journal that tell what the worker did."""


def spoken(note: Note) -> str:
    """Return a row of the journal in words."""
    if note.kind == "attempt":
        detail = "nothing was running" if note.after == "absent" else note.why
        return f"{note.before}: {note.after}" + (f" ({detail})" if detail else "")
    return f"is {note.after}: {note.why}" if note.why else f"is {note.after}"


@dataclass(frozen=True, slots=True)
class View:
    """The table, the news, and the last calls: as many lines each time, so that nothing jumps."""

    moment: Moment

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines."""
        width = options.max_width
        yield self._clock()
        yield Text()
        yield from table(self._lines(width, ascii_only=options.ascii_only), width)
        yield Text()
        yield Text("people, operator, alerts", style="bold")
        yield from self._news(width)
        yield Text()
        yield Text("calls that change something at the provider", style="bold")
        yield from self._calls(width)

    def _clock(self) -> Text:
        since = (self.moment.now - self.moment.zero).total_seconds()
        whole = max(part.ends_at(self.moment.zero) for part in PARTS) - self.moment.zero
        when = f"begins in {-since:.0f} s" if since < 0 else f"{since:.0f} s of about {whole.seconds + 8} s"
        coming = "".join(f"   next week: {each}" for each in next_week(self.moment.evidence))
        return Text.assemble(
            (f"{self.moment.now.astimezone():%H:%M:%S}", "bold"), f"   {when}", (coming, "dim")
        )

    def _lines(self, width: int, *, ascii_only: bool) -> list[tuple[Text, ...]]:
        """Return a line for each part, with as much of names and bars as there is room for."""
        named = self._table(ascii_only=ascii_only, bars=True, names=True)
        if room_for_last(named, width) >= ROOMY:
            return named
        counted = self._table(ascii_only=ascii_only, bars=True)
        if room_for_last(counted, width) >= LEAST_LAST:
            return counted
        return self._table(ascii_only=ascii_only, bars=False)

    def _table(self, *, ascii_only: bool, bars: bool, names: bool = False) -> list[tuple[Text, ...]]:
        found = [tuple(Text(name, style="bold") for name in _HEADINGS)]
        for each in self.moment.evidence:
            row = each.row
            through = window(row, self.moment.now, ascii_only=ascii_only, bars=bars) if row else Text()
            state = state_mark(row.state if row else None, ascii_only=ascii_only)
            air = _air(each, names=names)
            found.append((state, Text(each.part.key), air, through, Text(_last(each), style="dim")))
        return found

    def _news(self, width: int) -> Iterator[Text]:
        news = self.moment.news()[-NEWS_SHOWN:]
        for at, key, text in news:
            style = "bold red" if text.startswith("alert") else ""
            yield _cut(f"{at.astimezone():%H:%M:%S}  {key:14}  {text}", width, style)
        yield from (Text() for _ in range(NEWS_SHOWN - len(news)))

    def _calls(self, width: int) -> Iterator[Text]:
        calls = [call for call in self.moment.calls() if call.changes][-CALLS_SHOWN:]
        for call in calls:
            yield _cut(f"{call.at.astimezone():%H:%M:%S}  {said(call)}", width)
        yield from (Text() for _ in range(CALLS_SHOWN - len(calls)))


_HEADINGS = ("state", "broadcast", "provider", "window", "last")


def next_week(evidence: Sequence[Evidence]) -> Iterator[str]:
    """Yield the next occurrence of what repeats, and its state."""
    yield from (f"{each.coming[0].id}, {each.coming[0].state or 'new'}" for each in evidence if each.coming)


def _air(each: Evidence, *, names: bool) -> Text:
    people = [name for room in each.rooms for name in room.present]
    crowd = (", ".join(people) if names else f"{len(people)} in") if people else "empty"
    return Text(f"on air, {crowd}", style="bold red") if each.on_air else Text(f"off, {crowd}", style="dim")


def _last(each: Evidence) -> str:
    """Return the last thing that the worker did with it, or why it is in its state."""
    done = [note for note in each.notes if note.kind in _DONE]
    if not done:
        return each.part.shows
    return done[-1].why if done[-1].kind == "move" else spoken(done[-1])


def said(call: Call) -> str:
    """Return a call in short: an id is shown by its first characters, a body by what it sets."""
    parts = [part[:8] if len(part) == 36 else part for part in call.resource.split("/")]
    return f"{call.method} {'/'.join(parts)} {call.status}  {_set_by(call.body)}".rstrip()


def _set_by(body: Mapping[str, Any]) -> str:
    flag = {True: ["flag on"], False: ["flag off"]}.get(body.get("live_stream_on_start", ""), [])
    return ", ".join([*flag, *([str(body["status"])] if "status" in body else [])])


def _cut(text: str, width: int, style: str = "") -> Text:
    found = visible_text(Text(text, style=style))
    found.truncate(width, overflow="ellipsis")
    return found


def introduction(schedule: str, folder: str) -> Group:
    """Return what is going to be seen; what is shortened comes last, and stays in sight above the table."""
    parts = [f"  {part.key:15} {part.shows}" for part in PARTS]
    times = [f"  {what:42} {usual:16} here {here}" for what, usual, here in SHORTENED]
    return Group(
        Text(f"The schedule, in {folder}:", style="bold"),
        *(Text(f"  {line}", style="dim") for line in schedule.splitlines()),
        Text(),
        Text("Five broadcasts in a minute: real worker, real database, simulated provider.", style="bold"),
        *map(Text, ("", *parts, "")),
        Text("Times are shortened:", style="bold"),
        *map(Text, (*times, "")),
    )
