"""The figures as a picture, drawn by hand: it needs no library, and reads on light and dark pages alike."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from xml.sax.saxutils import escape

from tests.performance.figures import allowed_lateness
from tests.performance.goals import ANSWER, OPENINGS_IN_FLIGHT, STOPS_IN_FLIGHT
from tests.performance.result import Result
from tests.performance.runs import Machine, Run, measured, over

WIDTH = 760
LEFT = 150
"""Where bars begin; their names stand before it."""
LONGEST = 490
NUMBERS = WIDTH - 24
"""Where numbers end: in a column, so that no line crosses them."""
BAR = 20
STEP = 30
PANEL = 58
"""From one panel to the first bar of the next."""

_STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600; font-size: 14px }
  .quiet { fill: #57606a; font-size: 12px }
  .name, .number { dominant-baseline: middle }
  .name, .number { text-anchor: end }
  .number { font-variant-numeric: tabular-nums }
  .ours { fill: #0969da } .other { fill: #8c959f }
  .bound { stroke: #cf222e; stroke-width: 1.5; stroke-dasharray: 4 3 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .quiet { fill: #9198a1 }
    .ours { fill: #4493f8 } .other { fill: #6e7681 } .bound { stroke: #f85149 }
  }
"""


class Bar(NamedTuple):
    name: str
    value: float
    text: str
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """Bars of one unit, from zero on."""

    title: str
    remark: str
    bars: Sequence[Bar]
    bound: float | None = None
    """Where the goal lies, in the bars' unit."""

    @property
    def height(self) -> int:
        return PANEL + STEP * len(self.bars)

    def drawn(self, top: float) -> Iterator[str]:
        yield _text("title", 16, top + 22, self.title)
        yield _text("quiet", 16, top + 40, self.remark)
        scale = LONGEST / max(1e-9, self.bound or 0, *(each.value for each in self.bars))
        for number, bar in enumerate(self.bars):
            yield from _bar(bar, top + PANEL + number * STEP, scale)
        if self.bound is not None:
            x, first, last = LEFT + self.bound * scale, top + PANEL - 4, top + self.height - 6
            yield f'<line class="bound" x1="{x:.1f}" y1="{first:.1f}" x2="{x:.1f}" y2="{last:.1f}"/>'


def draw(panels: Sequence[Panel], foot: str) -> str:
    """Return the picture as the text of an SVG file."""
    height = sum(each.height for each in panels) + 34
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
        f"<title>{escape('; '.join(each.title for each in panels))}</title>",
        f"<style>{_STYLE}</style>",
    ]
    top = 0
    for each in panels:
        lines += each.drawn(top)
        top += each.height
    return "\n".join([*lines, _text("quiet", 16, height - 12, foot), "</svg>", ""])


def panels(runs: Sequence[Run], count: int) -> list[Panel]:
    """Return what is worth seeing of these runs, with bursts of so many broadcasts."""
    late = f"seconds after the instant at which all {count:,} were due; the dashed line is the goal"
    all_of_it = f"of the whole process, in a burst of {count:,}, or of what the name says"
    return [
        Panel("CPU time a broadcast", all_of_it, _bars(runs, count, lambda each: each.cpu_ms, "{:.1f} ms")),
        Panel(
            "The last opening",
            late,
            _bars(runs, count, lambda each: each.opening.most, "{:.2f} s", of_less=False),
            allowed_lateness(count, ANSWER, OPENINGS_IN_FLIGHT),
        ),
        Panel(
            "The last stop",
            late,
            _bars(runs, count, lambda each: each.stop.most, "{:.2f} s", of_less=False),
            allowed_lateness(count, ANSWER, STOPS_IN_FLIGHT),
        ),
    ]


def picture(machine: Machine, runs: Sequence[Run]) -> str:
    """Return the picture of the burst of 1,000, or of the largest there is."""
    sizes = {size for _, size in measured(runs)}
    return draw(panels(runs, 1000 if 1000 in sizes else max(sizes)), str(machine))


def _bars(
    runs: Sequence[Run], count: int, figure: Callable[[Result], float], text: str, *, of_less: bool = True
) -> list[Bar]:
    """Return a bar for each contender, of its largest burst that is no larger than this one."""
    sizes: dict[str, int] = {}
    for name, size in measured(runs):
        if size <= count:
            sizes[name] = max(size, sizes.get(name, 0))
    return [
        Bar(
            name if size == count else f"{name}, {size:,}",
            found.middle,
            text.format(found.middle),
            name == "cuelight",
        )
        for name, size in sizes.items()
        if (of_less or size == count) and (found := over(runs, name, size, figure))
    ]


def _bar(bar: Bar, top: float, scale: float) -> Iterator[str]:
    width, middle = max(1.0, bar.value * scale), top + BAR / 2
    kind = "ours" if bar.is_ours else "other"
    yield _text("name", LEFT - 10, middle, bar.name)
    yield f'<rect class="{kind}" x="{LEFT}" y="{top:.1f}" width="{width:.1f}" height="{BAR}" rx="3"/>'
    yield _text("number", NUMBERS, middle, bar.text)


def _text(kind: str, x: float, y: float, text: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'
