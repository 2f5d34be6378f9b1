"""Columns on a terminal: at any width nothing runs over, and what comes last gives way first."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.text import Text

from worker.kit.text import visible
from worker.view.rich.terminal import visible_text

LEAST_TITLE = 8
GAP = "  "


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
