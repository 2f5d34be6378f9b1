"""The report as a picture: a block for each day, and in it a lane for each room that is used on it."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from jobs.conditions import Severity
from worker.rehearsal import wording
from worker.rehearsal.faults import Mishap
from worker.rehearsal.picture_day import LEFT, RIGHT, TICKS, Day, at_hour, days
from worker.rehearsal.picture_lane import BAR, LANE, MARGIN, cross, lane, triangle
from worker.rehearsal.report import Report
from worker.rehearsal.svg import (
    AIR,
    CROSSED,
    DOTTED,
    INK,
    LATE,
    LINE,
    QUIET,
    STRIPED,
    WINDOW,
    WRONG,
    Drawing,
    fitted,
    width_of,
)

WIDTH = 1200.0
HEAD, FAULTS = 20.0, 20.0
"""The height of a day's hours, and of its faults."""
SIGNS: Mapping[Mishap, tuple[str, str]] = MappingProxyType(
    {
        Mishap.DROP: ("D", "stream drops"),
        Mishap.ERRORED: ("E", "streams fail"),
        Mishap.SLOW: ("S", "provider slow"),
        Mishap.ERRORS: ("5", "5xx and timeouts"),
        Mishap.DOWN: ("X", "provider away"),
        Mishap.TOO_MANY: ("Q", "refused: too many"),
        Mishap.KILL: ("K", "worker dies"),
        Mishap.CLOCK: ("C", "clock wrong"),
    }
)
"""The letter of each fault, and what it stands for."""


def picture(report: Report) -> str:
    """Return the picture as an SVG document."""
    drawing, title = Drawing(WIDTH), wording.heading(report)
    drawing.text(MARGIN, 28, fitted(title, WIDTH - 2 * MARGIN, 16), size=16, bold=True)
    colour = INK if report.is_sound else WRONG
    drawing.text(MARGIN, 48, fitted(wording.verdict(report), WIDTH - 2 * MARGIN, 12), size=12, colour=colour)
    y = _legend(drawing, 62.0, report)
    for day in days(report):
        y = _day(drawing, y + 16, day, report)
    for words in wording.totals(report):
        y += 16
        drawing.text(MARGIN, y + 8, fitted(words, WIDTH - 2 * MARGIN))
    return drawing.svg(y + 26, title)


def _day(drawing: Drawing, y: float, day: Day, report: Report) -> float:
    """Draw a day from here down; return where it ends."""
    faults = [each for each in report.faults if day.has(each.at)]
    bottom = y + HEAD + (FAULTS if faults else 0) + LANE * len(day.lanes)
    drawing.line(MARGIN, y, RIGHT, y, INK)
    drawing.text(MARGIN, y + 15, f"{day.day:%A %d %B}", size=13, bold=True)
    for hour in TICKS:
        x = day.x(at_hour(day.day, hour, report))
        drawing.line(x, y + HEAD - 4, x, bottom)
        drawing.text(x + 3, y + 14, f"{hour:02}:00", size=10, colour=QUIET)
    top = y + HEAD
    if faults:
        _faults(drawing, top, day, report)
        top += FAULTS
    for number, lines in enumerate(day.lanes):
        lane(drawing, top + number * LANE, day, lines, report)
    return bottom


def _faults(drawing: Drawing, y: float, day: Day, report: Report) -> None:
    """Draw the faults of a day as letters, beside each other where they fall together."""
    drawing.text(MARGIN, y + 13, "faults", size=10, colour=QUIET)
    free = LEFT
    for each in report.faults:
        if day.has(each.at):
            x = min(max(free, day.x(each.at) - 7), RIGHT - 14)
            _sign(drawing, x, y + 2, SIGNS[each.kind][0], f"{wording.clock(each.at, report)} {each.text}")
            free = x + 16


def _sign(drawing: Drawing, x: float, y: float, letter: str, told: str = "") -> None:
    drawing.text(x + 3.5, y + 11, letter, size=10, bold=True)
    drawing.box(x, y, 14, 14, "none", stroke=INK, told=told)


_Sample = Callable[[Drawing, float, float], None]


def _legend(drawing: Drawing, y: float, report: Report) -> float:
    """Draw what every shape means; return where it ends."""
    kinds = {each.kind for each in report.faults}
    letters = [(partial(_letter, kind=kind), words) for kind, (_, words) in SIGNS.items() if kind in kinds]
    samples: list[tuple[_Sample, str]] = [*_SAMPLES, *letters]
    x = MARGIN
    for sample, words in samples:
        if x + 30 + width_of(words) > RIGHT:
            x, y = MARGIN, y + 22
        sample(drawing, x, y)
        drawing.text(x + 28, y + 11, words)
        x += 28 + width_of(words) + 18
    return y + 16


def _swatch(drawing: Drawing, x: float, y: float, fill: str, stroke: str) -> None:
    drawing.box(x, y, 22, BAR, fill, stroke=stroke, dashed=stroke == LINE)


def _letter(drawing: Drawing, x: float, y: float, kind: Mishap) -> None:
    _sign(drawing, x + 6, y, SIGNS[kind][0])


def _cross(drawing: Drawing, x: float, y: float) -> None:
    cross(drawing, x + 14, y + BAR / 2)


def _triangle(drawing: Drawing, x: float, y: float, severity: Severity) -> None:
    triangle(drawing, x + 14, y + 11, severity)


_SAMPLES: tuple[tuple[_Sample, str], ...] = (
    (partial(_swatch, fill=WINDOW, stroke=LINE), "window"),
    (partial(_swatch, fill=STRIPED, stroke=AIR), "on air"),
    (partial(_swatch, fill=DOTTED, stroke=LATE), "off more than 30 s late"),
    (partial(_swatch, fill=CROSSED, stroke=LINE), "never on air"),
    (_cross, "drop"),
    (partial(_triangle, severity=Severity.CRITICAL), "critical alert"),
    (partial(_triangle, severity=Severity.WARNING), "warning"),
)
