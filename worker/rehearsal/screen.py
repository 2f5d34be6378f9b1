"""The report on a terminal."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from worker.rehearsal import wording
from worker.rehearsal.report import Line, Report
from worker.rehearsal.verdict import Weight
from worker.view.rich.columns import table
from worker.view.rich.terminal import visible_text

STYLES = {Weight.REMARK: "green", Weight.PROBLEM: "yellow", Weight.BROKEN: "bold red"}


@dataclass(frozen=True, slots=True)
class Screen:
    """What was rehearsed, drawn."""

    report: Report

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines."""
        report = self.report
        yield Text(wording.heading(report), style="bold")
        head = tuple(Text(name, style="bold") for name in wording.HEADINGS)
        yield from table([head, *(_row(each, report) for each in report.lines)], options.max_width)
        yield from _part("Faults that were played", wording.faults(report), style="dim")
        yield from _part("Remarks on the file", iter(report.remarks))
        told = (f"{wording.alerts((each,))} ({each.about}): {each.text}" for each in report.others)
        yield from _part("Alerts beside the broadcasts", told)
        yield from self._findings()
        yield from _part("In all", wording.totals(report))
        yield Text()
        yield Text(wording.verdict(report), style="bold green" if report.is_sound else "bold red")

    def _findings(self) -> Iterator[Text]:
        if self.report.findings:
            yield from _part("What to know, and to mend", iter(()), always=True)
        for each in wording.said(self.report):
            yield visible_text(
                Text(each.text, style="" if each.weight is Weight.REMARK else STYLES[each.weight])
            )
            if each.cure:
                yield visible_text(Text(f"  -> {each.cure}"))


def _row(line: Line, report: Report) -> tuple[Text, ...]:
    mark, *others = wording.cells(line, report)
    return (Text(mark, style=STYLES[line.weight]), *map(Text, others))


def _part(title: str, lines: Iterator[str], *, style: str = "", always: bool = False) -> Iterator[Text]:
    """Yield a heading and its lines; nothing if there is none."""
    found = [visible_text(Text(each, style=style)) for each in lines]
    if found or always:
        yield from (Text(), Text(title, style="bold"), *found)
