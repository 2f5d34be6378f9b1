"""A plan on the terminal: what changes day by day, what is on air, what to know, what it comes to."""

from collections.abc import Mapping
from types import MappingProxyType

from worker.cli.output import Styled, local, write_line
from worker.view.plan import PlanView

_COLOURS: Mapping[str, str] = MappingProxyType({"+": "green", "~": "yellow", "-": "red"})


def show(view: PlanView) -> None:
    """Write it."""
    for old, new in view.renamed:
        write_line(Styled(f"~ {old} is now {new}: its meeting and links are carried over", "yellow"))
    for day in view.days:
        write_line(Styled(f"{day.day:%a %d %b %Y}", bold=True))
        for line in day.lines:
            write_line(Styled(f"  {line.text()}", _COLOURS[line.sign]))
    for each in view.on_air:
        write_line(f"on air now: {each.broadcast.id}, until {local(each.broadcast.window.ends_at)}")
    for remark in view.remarks:
        write_line(f"! {remark.id}: {remark.text}")
    for total in view.totals:
        write_line(total)
