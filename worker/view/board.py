"""The board: every broadcast on a line, what is wrong beneath, and whether a worker works at all.

At any width nothing runs over: titles give way first, then bars; an id is shortened last, in its middle.
Where there are only so many lines, what comes last gives way to what is wrong.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from jobs.run.lifecycle import HOLDING, OVER, State
from jobs.schedule import durations
from worker.kit.text import visible
from worker.store.records import Alert, Overview
from worker.view.terminal import visible_text

SILENT_AFTER = timedelta(seconds=15)
"""A worker writes every 5 s that it works."""
BAR = 10
LEAST_TITLE = 8
LEAST_ROWS = 6
"""Lines that the table keeps however much is wrong; the heading is one of them."""
GAP = "  "

MARKS: dict[State | None, tuple[str, str, str]] = {
    None: ("·", ".", "dim"),
    State.PLANNED: ("·", ".", "dim"),
    State.READY: ("○", "o", "cyan"),
    State.STARTING: ("◐", "o", "yellow"),
    State.LIVE: ("●", "*", "bold white on red"),
    State.INTERRUPTED: ("◌", "!", "bold yellow"),
    State.STOPPING: ("◑", "o", "yellow"),
    State.ENDED: ("✓", "+", "green"),
    State.MISSED: ("✗", "x", "bold red"),
    State.CANCELLED: ("-", "-", "dim"),
    State.REJECTED: ("✗", "x", "bold red"),
}
"""How a state is shown: a mark, the same where there is no Unicode, and its style."""


@dataclass(frozen=True, slots=True)
class Board:
    """What `status` shows."""

    rows: Sequence[Overview]
    alerts: Sequence[Alert]
    now: datetime
    seen_at: datetime | None
    """When a worker that has not left last wrote that it works."""
    left_at: datetime | None = None
    """When the last that has left did so."""
    rest: str = ""
    """What is said of the broadcasts that are not shown."""
    quotas: Sequence[str] = ()
    """How it stands with each quota group, where a worker has just written it."""
    trouble: str = ""
    """Why this cannot be looked at now, if so."""
    lines: int | None = None
    """How many there is room for; None: as many as it takes."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines."""
        listed = list(self._listed(options.max_width, ascii_only=options.ascii_only))
        worst_first = sorted(self.alerts, key=lambda alert: alert.severity != "critical")
        told = [line for alert in worst_first for line in _told(alert)]
        told_of = [Text(line, style="dim") for line in (self.rest, *self.quotas) if line]
        foot = [Text(), *map(visible_text, (self._worker(), *told_of))]
        if self.lines is None:
            yield from (*listed, *told, *foot)
            return
        listed, told, foot = (_wrapped(lines, console, options.max_width) for lines in (listed, told, foot))
        yield from fitted(listed, told, self.lines - len(foot))
        yield from foot

    def _listed(self, width: int, *, ascii_only: bool) -> Iterator[Text]:
        if self.rows:
            return self._table(width, ascii_only=ascii_only)
        return iter([Text("no broadcasts: `cuelight add` or `cuelight apply` makes some")])

    def _table(self, width: int, *, ascii_only: bool) -> Iterator[Text]:
        """Return the lines with bars where there is room for them beside the titles, else without."""
        lines = list(self._cells(ascii_only=ascii_only, bars=True))
        if room_for_last(lines, width) < LEAST_TITLE:
            lines = list(self._cells(ascii_only=ascii_only, bars=False))
        return table(lines, width)

    def _cells(self, *, ascii_only: bool, bars: bool) -> Iterator[tuple[Text, ...]]:
        yield tuple(Text(name, style="bold") for name in ("state", "id", "when", "window", "title"))
        for row in self.rows:
            yield (
                state_mark(row.state, ascii_only=ascii_only),
                Text(row.id),
                Text(when(row.starts_at, row.ends_at, self.now)),
                window(row, self.now, ascii_only=ascii_only, bars=bars),
                Text(row.title, style="dim" if row.state in OVER else ""),
            )

    def _worker(self) -> Text:
        if self.trouble:
            return Text(self.trouble, style="bold red")
        heard = [each for each in (self.seen_at, self.left_at) if each]
        if not heard:
            return Text("no worker has ever run here: start one with `cuelight run`", style="bold red")
        if self.seen_at is None or self.now - self.seen_at > SILENT_AFTER:
            since = f"{max(heard).astimezone():%a %d %b %H:%M:%S}"
            return Text(f"no worker since {since}: start one with `cuelight run`", style="bold red")
        silent = max(0, int((self.now - self.seen_at).total_seconds()))
        return Text(f"a worker works; last heard {silent} s ago", style="dim")


def state_mark(state: State | None, *, ascii_only: bool) -> Text:
    """Return a state as it is shown. LIVE is in capitals, so that it stands out without colours too."""
    mark, plain, style = MARKS[state]
    word = "LIVE" if state is State.LIVE else str(state or "new")
    return Text(f"{plain if ascii_only else mark} {word}", style=style)


def when(starts_at: datetime | None, ends_at: datetime | None, now: datetime) -> str:
    """Return a window by this machine's clock: without the date today, with seconds where there are any."""
    if starts_at is None or ends_at is None:
        return "unreadable"
    start, end, today = starts_at.astimezone(), ends_at.astimezone(), now.astimezone().date()
    form = "%H:%M:%S" if start.second or end.second else "%H:%M"
    day = "" if start.date() == today else f"{start:%a %d %b} "
    return f"{day}{start:{form}}-{end:{form}}"


def window(row: Overview, now: datetime, *, ascii_only: bool, bars: bool = True) -> Text:
    """Return how far through its window it is."""
    if row.starts_at is None or row.ends_at is None:
        return Text()
    if row.state in OVER:
        return Text(f"off {row.off_at.astimezone():%H:%M:%S}" if row.off_at else "", style="dim")
    if now < row.starts_at:
        return Text(f"in {_rounded(row.starts_at - now)}", style="dim")
    if row.state in HOLDING and now < row.ends_at:
        part = (now - row.starts_at) / (row.ends_at - row.starts_at)
        left = f"{_rounded(row.ends_at - now)} left"
        return Text.assemble(bar(part, ascii_only=ascii_only), " ", left) if bars else Text(left)
    return Text(f"over for {_rounded(now - row.ends_at)}" if now >= row.ends_at else "open")


def bar(part: float, *, ascii_only: bool) -> Text:
    """Return a bar that is filled to this part."""
    full, empty = ("#", ".") if ascii_only else ("█", "░")
    filled = round(BAR * min(1.0, max(0.0, part)))
    return Text(full * filled + empty * (BAR - filled))


def table(lines: Sequence[tuple[Text, ...]], width: int) -> Iterator[Text]:
    """Yield lines whose columns are as wide as they need to be; what is too much gives way at the end."""
    shown = [tuple(map(visible_text, line)) for line in lines]
    widths = _narrowed(_widths(shown), width)
    for line in shown:
        yield _joined(line, widths)


def room_for_last(lines: Sequence[tuple[Text, ...]], width: int) -> int:
    """Return how many columns are left for the last cell of each line."""
    *fixed, _last = _widths(lines)
    return width - sum(fixed) - len(GAP) * len(fixed)


def _widths(lines: Sequence[tuple[Text, ...]]) -> list[int]:
    return [max(cell_len(visible(line[column].plain)) for line in lines) for column in range(len(lines[0]))]


def _narrowed(widths: list[int], width: int) -> list[int]:
    """Take from the title, then its whole column, then the window's, then from the id."""
    *fixed, title = widths
    left = width - sum(fixed) - len(GAP) * len(fixed)
    if left >= min(title, LEAST_TITLE):
        return [*fixed, min(title, left)]
    if left + len(GAP) >= 0:
        return [*fixed, 0]
    state, identity, at, _window, *_ = widths
    room = width - state - at - 2 * len(GAP)
    return [state, max(LEAST_TITLE, min(identity, room)), at, 0, 0]


def _joined(cells: tuple[Text, ...], widths: list[int]) -> Text:
    *fixed, last = cells
    line = Text(no_wrap=True, overflow="ellipsis")
    for cell, width in zip(fixed, widths, strict=False):
        if width:
            line.append_text(_fitted(cell, width)).append(GAP)
    if widths[-1]:
        ending = last.copy()
        ending.truncate(widths[-1], overflow="ellipsis")
        line.append_text(ending)
    line.rstrip()
    return line


def _fitted(cell: Text, width: int) -> Text:
    """Return the cell at exactly this width; what is too long loses its middle."""
    found, excess = cell.copy(), cell_len(cell.plain) - width
    if excess > 0:
        head = (width - 1) // 2
        tail = width - 1 - head
        found = Text(f"{cell.plain[:head]}…{cell.plain[-tail:] if tail else ''}", style=cell.style)
    padding = width - cell_len(found.plain)
    found.append(" " * padding, style="not dim")
    return found


def fitted(listed: Sequence[Text], told: Sequence[Text], height: int) -> Iterator[Text]:
    """Yield the broadcasts and what is wrong in so many lines, saying where there is more of either."""
    room = max(LEAST_ROWS, height - len(told))
    hidden = len(listed) - room + 1
    shown = _cut(listed, room, f"... and {hidden} more broadcasts in a taller window")
    yield from shown
    yield from _cut(told, height - len(shown), "... and more is wrong: `cuelight status` tells it all")


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


def _rounded(length: timedelta) -> str:
    """Return a duration in its one or two largest units."""
    seconds = max(0, int(length.total_seconds()))
    unit = 3600 if seconds >= 86400 else 60 if seconds >= 600 else 1
    return durations.format(timedelta(seconds=seconds // unit * unit))
