"""One lane of a picture: windows, what was on air in them, drops, alerts, and the words beneath."""

from collections.abc import Sequence
from datetime import timedelta

from jobs.conditions import Severity
from worker.rehearsal import wording
from worker.rehearsal.picture_day import LEFT, RIGHT, Day, begins
from worker.rehearsal.report import Line, Report
from worker.rehearsal.svg import (
    AIR,
    CROSSED,
    DOTTED,
    INK,
    LATE,
    LINE,
    PAPER,
    QUIET,
    STRIPED,
    WINDOW,
    WRONG,
    Drawing,
    fitted,
    width_of,
)

MARGIN = 20.0
LANE = 44.0
"""The height of a lane."""
BAR = 14.0
_TOP = 10.0
"""Above the bar, where alerts stand."""
_LATE = timedelta(seconds=30)
_APART = 10.0


def lane(drawing: Drawing, y: float, day: Day, lines: Sequence[Line], report: Report) -> None:
    """Draw a lane; `y` is its top."""
    title, key = lines[0].known.broadcast.title, lines[0].known.broadcast.entry or lines[0].known.broadcast.id
    room = LEFT - 2 * MARGIN
    drawing.text(MARGIN, y + _TOP + 11, fitted(title, room, 12), size=12, bold=True)
    drawing.text(MARGIN, y + _TOP + 25, fitted(key, room, 10), size=10, colour=QUIET)
    for line in lines:
        _window(drawing, y + _TOP, day, line, report)
        _on_air(drawing, y + _TOP, day, line)
        _marks(drawing, y + _TOP, day, line, report)
    _words(drawing, y + _TOP + BAR + 13, day, lines, report)


def cross(drawing: Drawing, x: float, y: float, told: str = "") -> None:
    """Draw a drop: a cross on white, its middle here."""
    drawing.box(x - 5, y - 6, 10, 12, PAPER, stroke=WRONG, told=told)
    drawing.path(f"M{x - 3:.1f} {y - 3:.1f}l6 6m0 -6l-6 6", "none", stroke=WRONG)


def triangle(drawing: Drawing, x: float, y: float, severity: Severity, told: str = "") -> None:
    """Draw an alert: filled if it is critical, else hollow; its tip points down to here."""
    is_critical = severity is Severity.CRITICAL
    fill, stroke = (WRONG, WRONG) if is_critical else (PAPER, INK)
    drawing.path(f"M{x:.1f} {y:.1f}l-4.5 -8h9z", fill, stroke=stroke, told=told)


def _window(drawing: Drawing, y: float, day: Day, line: Line, report: Report) -> None:
    wanted = line.known.broadcast.window
    begin, end = day.x(wanted.starts_at), day.x(wanted.ends_at)
    fill = WINDOW if line.known.live_at else CROSSED
    told = f"{line.known.broadcast.title} ({line.known.broadcast.id}), {wording.window(line, report)}"
    if end > begin:
        drawing.box(begin, y, end - begin, BAR, fill, stroke=LINE, dashed=True, told=told)


def _on_air(drawing: Drawing, y: float, day: Day, line: Line) -> None:
    ends_at = line.known.broadcast.window.ends_at
    for airing in line.known.airings:
        if airing.live_at is None:
            continue
        off_at = airing.off_at or day.ends_at
        begin, end, over = day.x(airing.live_at), day.x(min(off_at, ends_at)), day.x(off_at)
        if end > begin:
            drawing.box(begin, y + 1.5, end - begin, BAR - 3, STRIPED, stroke=AIR)
        if off_at - ends_at > _LATE and day.has(off_at):
            drawing.box(max(begin, end), y - 1, max(4.0, over - end), BAR + 2, DOTTED, stroke=LATE)


def _marks(drawing: Drawing, y: float, day: Day, line: Line, report: Report) -> None:
    for gap in line.known.gaps:
        if day.has(gap.at):
            told = f"{wording.clock(gap.at, report)} off the air: {wording.away(gap)}"
            cross(drawing, day.x(gap.at), y + BAR / 2, told)
    for each in sorted(line.known.told, key=lambda told: told.severity is Severity.CRITICAL):
        if day.has(each.at):
            told = f"{wording.clock(each.at, report)} {each.name}: {each.text}"
            triangle(drawing, day.x(each.at), y - 1, each.severity, told)


def _words(drawing: Drawing, y: float, day: Day, lines: Sequence[Line], report: Report) -> None:
    """Write under each window what became of it, as far as the next leaves room."""
    free, share = LEFT, (RIGHT - LEFT) / len(lines)
    for line in lines:
        words = said(line, day, report)
        at_most = max(share, RIGHT - max(free, day.x(begins(line)))) if line is lines[-1] else share
        words = fitted(words, min(at_most, RIGHT - LEFT) - _APART)
        x = max(free, min(day.x(begins(line)), RIGHT - width_of(words)))
        drawing.text(x, y, fitted(words, RIGHT - x), colour=WRONG if line.weight else INK)
        free = x + width_of(words) + _APART


def said(line: Line, day: Day, report: Report) -> str:
    """Return what became of a broadcast on this day, in short."""
    known, wanted = line.known, line.known.broadcast.window
    start, end = (at.astimezone(report.zone) for at in (wanted.starts_at, wanted.ends_at))
    off = f"off {wording.signed(line.off_late)}" if line.off_late is not None else ""
    off = "STILL ON AIR" if known.is_on_air else off
    gaps = f"{wording.counted(len(known.gaps), 'drop')} ({wording.drops(line)})" if known.gaps else ""
    if not day.has(wanted.starts_at):
        return ", ".join(filter(None, (f"until {end:%H:%M}: {off}", gaps)))
    on = f"on air {wording.signed(line.late)}" if line.late is not None else f"never on air ({known.state})"
    told = ", ".join(sorted({each.name for each in known.told}))
    return f"{start:%H:%M}-{end:%H:%M}: " + ", ".join(filter(None, (on, off, gaps, told)))
