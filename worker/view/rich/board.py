"""The board, drawn: at any width nothing runs over.

Titles give way first, then bars; an id is shortened last, in its middle. Where there are only so many lines,
what comes last gives way to what is wrong.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from jobs.run.lifecycle import State
from worker.store.records import Alert
from worker.view.alerts import worst_first
from worker.view.board import MARKS, NO_BROADCASTS, Board, Line, state_word
from worker.view.rich.columns import LEAST_TITLE, room_for_last, table
from worker.view.rich.terminal import visible_text
from worker.view.window import Progress
from worker.view.workers import Duty

BAR = 10
LEAST_ROWS = 6
"""Lines that the table keeps however much is wrong; the heading is one of them."""
HEADINGS = ("state", "id", "when", "window", "title")

STYLES: dict[State | None, tuple[str, str]] = {
    None: (".", "dim"),
    State.PLANNED: (".", "dim"),
    State.READY: ("o", "cyan"),
    State.STARTING: ("o", "yellow"),
    State.LIVE: ("*", "bold white on red"),
    State.INTERRUPTED: ("!", "bold yellow"),
    State.STOPPING: ("o", "yellow"),
    State.ENDED: ("+", "green"),
    State.MISSED: ("x", "bold red"),
    State.CANCELLED: ("-", "dim"),
    State.REJECTED: ("x", "bold red"),
}
"""How a state is shown: its mark where there is no Unicode, and its style."""


@dataclass(frozen=True, slots=True)
class DrawnBoard:
    """The board on a terminal."""

    board: Board
    lines: int | None = None
    """How many there is room for; None: as many as it takes."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines."""
        listed = list(self._listed(options.max_width, ascii_only=options.ascii_only))
        told = [line for alert in worst_first(self.board.alerts) for line in _told(alert)]
        foot = list(self._foot())
        if self.lines is None:
            yield from (*listed, *told, *foot)
            return
        listed, told, foot = (_wrapped(lines, console, options.max_width) for lines in (listed, told, foot))
        yield from fitted(listed, told, self.lines - len(foot))
        yield from foot

    def _listed(self, width: int, *, ascii_only: bool) -> Iterator[Text]:
        """Yield the broadcasts, with bars where there is room for them beside the titles, else without."""
        if not self.board.rows:
            return iter([Text(NO_BROADCASTS)])
        lines = self.board.lines()
        cells = list(_cells(lines, ascii_only=ascii_only, bars=True))
        if room_for_last(cells, width) < LEAST_TITLE:
            cells = list(_cells(lines, ascii_only=ascii_only, bars=False))
        return table(cells, width)

    def _foot(self) -> Iterator[Text]:
        told_of = (Text(line, style="dim") for line in (self.board.rest, *self.board.quotas) if line)
        yield Text()
        yield from map(visible_text, (_duty(self.board.duty()), *told_of))


def _cells(lines: Sequence[Line], *, ascii_only: bool, bars: bool) -> Iterator[tuple[Text, ...]]:
    yield tuple(Text(name, style="bold") for name in HEADINGS)
    for line in lines:
        yield (
            state_mark(line.state, ascii_only=ascii_only),
            Text(line.id),
            Text(line.when),
            drawn_progress(line.progress, ascii_only=ascii_only, bars=bars),
            Text(line.title, style="dim" if line.is_over else ""),
        )


def _duty(duty: Duty) -> Text:
    return Text(duty.text, style="bold red" if duty.is_wrong else "dim")


def state_mark(state: State | None, *, ascii_only: bool) -> Text:
    """Return a state as it is shown: its mark and its word."""
    plain, style = STYLES[state]
    return Text(f"{plain if ascii_only else MARKS[state]} {state_word(state)}", style=style)


def drawn_progress(progress: Progress, *, ascii_only: bool, bars: bool = True) -> Text:
    """Return how far it is, with a bar if it is on its way."""
    if progress.part is not None and bars:
        return Text.assemble(bar(progress.part, ascii_only=ascii_only), " ", progress.text)
    return Text(progress.text, style="" if progress.matters_now else "dim")


def bar(part: float, *, ascii_only: bool) -> Text:
    """Return a bar that is filled to this part."""
    full, empty = ("#", ".") if ascii_only else ("█", "░")
    filled = round(BAR * min(1.0, max(0.0, part)))
    return Text(full * filled + empty * (BAR - filled))


def fitted(listed: Sequence[Text], told: Sequence[Text], height: int) -> Iterator[Text]:
    """Yield the broadcasts and what is wrong in so many lines, saying where there is more of either."""
    room = max(LEAST_ROWS, height - len(told))
    hidden = len(listed) - room + 1
    shown = _cut(listed, room, f"... and {hidden} more broadcasts in a taller window")
    yield from shown
    yield from _cut(told, height - len(shown), "... and more alerts: `cuelight status` shows all")


def _cut(lines: Sequence[Text], room: int, more: str) -> Sequence[Text]:
    if len(lines) <= room:
        return lines
    ending = Text(more, style="bold", no_wrap=True, overflow="ellipsis")
    return [*lines[: max(0, room - 1)], ending]


def _wrapped(lines: Sequence[Text], console: Console, width: int) -> list[Text]:
    return [part for line in lines for part in line.wrap(console, width)]


def _told(alert: Alert) -> Iterator[Text]:
    """Yield an alert and its cure."""
    style = "bold red" if alert.severity == "critical" else "yellow"
    head = f"{alert.severity}: {alert.key}: "
    yield Text()
    yield visible_text(Text.assemble((head, style), alert.text))
    yield visible_text(Text(f"  -> {alert.cure}"))
