"""The live table, and the plain lines where there is no terminal."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.live import Live
from rich.text import Text

from worker.demo.moment import Air, Line, Moment, News, next_week, said
from worker.demo.script import PARTS, SHORTENED
from worker.view.rich.board import drawn_progress, state_mark
from worker.view.rich.columns import room_for_last, table
from worker.view.rich.terminal import visible_text

CALLS_SHOWN = 6
NEWS_SHOWN = 5
LEAST_LAST = 14
"""Columns that the last thing done gets before bars are shown."""
ROOMY = 40
"""Columns that it gets before people are named rather than counted."""

_HEADINGS = ("state", "broadcast", "provider", "window", "last")


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
        coming = "".join(f"   next week: {each}" for each in next_week(self.moment.evidence))
        return Text.assemble(
            (f"{self.moment.now.astimezone():%H:%M:%S}", "bold"),
            f"   {self.moment.elapsed()}",
            (coming, "dim"),
        )

    def _lines(self, width: int, *, ascii_only: bool) -> list[tuple[Text, ...]]:
        """Return a line for each part, with as much of names and bars as there is room for."""
        lines = self.moment.lines()
        named = _cells(lines, ascii_only=ascii_only, bars=True, names=True)
        if room_for_last(named, width) >= ROOMY:
            return named
        counted = _cells(lines, ascii_only=ascii_only, bars=True)
        if room_for_last(counted, width) >= LEAST_LAST:
            return counted
        return _cells(lines, ascii_only=ascii_only, bars=False)

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


def _cells(
    lines: Sequence[Line], *, ascii_only: bool, bars: bool, names: bool = False
) -> list[tuple[Text, ...]]:
    found = [tuple(Text(name, style="bold") for name in _HEADINGS)]
    for line in lines:
        through = drawn_progress(line.progress, ascii_only=ascii_only, bars=bars)
        state = state_mark(line.state, ascii_only=ascii_only)
        air = _air(line.air, names=names)
        found.append((state, Text(line.key), air, through, Text(line.last, style="dim")))
    return found


def _air(air: Air, *, names: bool) -> Text:
    return Text(air.text(names=names), style="bold red" if air.on_air else "dim")


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
