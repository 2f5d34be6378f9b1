"""The last screen: every call, how each part ended, and the proof that all is off."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from worker.demo.moment import next_week, said
from worker.demo.report import Ending, Proof, Report
from worker.view.rich.columns import table
from worker.view.rich.terminal import visible_text


@dataclass(frozen=True, slots=True)
class LastScreen:
    """How it ended, drawn."""

    report: Report

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines."""
        yield Text("Every call that changed something", style="bold")
        yield from self._calls(options.max_width)
        yield self._counted()
        yield Text()
        yield Text("How they ended", style="bold")
        yield from table([_HEAD, *map(_ended, self.report.endings())], options.max_width)
        for verdict in self.report.verdicts:
            yield from (Text(f"{verdict.key}: {each}", style="bold red") for each in verdict.problems)
        yield from (Text(f"    next week: {each}", style="dim") for each in next_week(self.report.evidence))
        yield Text()
        yield Text("Proof that everything is off", style="bold")
        yield from table([_PROOF_HEAD, *map(_proven, self.report.proofs())], options.max_width)
        yield Text()
        yield self._summary()

    def _calls(self, width: int) -> Iterator[Text]:
        for each in self.report.evidence:
            reads = Counter(call.method for call in each.calls)["GET"]
            yield Text(f"{each.part.key}: {len(each.calls) - reads} calls, and {reads} reads beside them")
            for call in each.calls:
                if call.changes:
                    text = f"  {call.at.astimezone():%H:%M:%S.%f}"[:-3] + f"  {said(call)}"
                    line = visible_text(Text(text, style="dim"))
                    line.truncate(width, overflow="ellipsis")
                    yield line

    def _counted(self) -> Text:
        counted = self.report.counted()
        return Text(f"in all: {counted.changing} calls, and {counted.reads} reads beside them")

    def _summary(self) -> Text:
        return Text(self.report.summary(), style="bold green" if self.report.is_well else "bold red")


_HEAD = tuple(
    Text(name, style="bold") for name in ("", "broadcast", "opened", "LIVE for", "stopped", "ended as")
)
_PROOF_HEAD = tuple(Text(name, style="bold") for name in ("broadcast", "meeting", "on air", "last two reads"))


def _ended(ending: Ending) -> tuple[Text, ...]:
    words = (ending.key, ending.opened, ending.live_for, ending.stopped, ending.ended_as)
    right = Text("ok", style="green") if ending.right else Text("WRONG", style="bold red")
    return (right, *map(Text, words))


def _proven(proof: Proof) -> tuple[Text, ...]:
    on_air = Text("YES", style="bold red") if proof.on_air else Text("no")
    return (Text(proof.key), Text(proof.meeting), on_air, Text(proof.reads))
