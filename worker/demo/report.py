"""How it ended: each part against what it should have come to, every call, and the proof that all is off."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from worker.demo.evidence import Evidence
from worker.demo.provider import Call
from worker.demo.screen import next_week, said
from worker.demo.verdict import NONE_RUNNING, Verdict
from worker.store.records import Overview
from worker.view.board import table
from worker.view.terminal import visible_text


class Report:
    """The last screen."""

    def __init__(self, evidence: Sequence[Evidence], verdicts: Sequence[Verdict]) -> None:
        self._evidence = evidence
        self._verdicts = verdicts

    @property
    def right(self) -> bool:
        """Whether each ended as it should."""
        return all(each.right for each in self._verdicts)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines."""
        yield Text("Every call that changed something", style="bold")
        yield from self._calls(options.max_width)
        yield self._counted()
        yield Text()
        yield Text("How they ended", style="bold")
        yield from table([_HEAD, *map(_ended, self._verdicts)], options.max_width)
        for verdict in self._verdicts:
            yield from (Text(f"{verdict.key}: {each}", style="bold red") for each in verdict.problems)
        yield from (Text(f"    next week: {each}", style="dim") for each in next_week(self._evidence))
        yield Text()
        yield Text("Proof that everything is off", style="bold")
        yield from table([_PROOF_HEAD, *map(_proven, self._evidence, self._verdicts)], options.max_width)
        yield Text()
        yield self._summary()

    def as_json(self) -> dict[str, Any]:
        """Return the same for programs."""
        return {
            "ok": self.right,
            "broadcasts": [_as_json(*pair) for pair in zip(self._evidence, self._verdicts, strict=True)],
        }

    def _calls(self, width: int) -> Iterator[Text]:
        for each in self._evidence:
            reads = Counter(call.method for call in each.calls)["GET"]
            yield Text(f"{each.part.key}: {len(each.calls) - reads} calls, and {reads} reads beside them")
            for call in each.calls:
                if call.changes:
                    text = f"  {call.at.astimezone():%H:%M:%S.%f}"[:-3] + f"  {said(call)}"
                    line = visible_text(Text(text, style="dim"))
                    line.truncate(width, overflow="ellipsis")
                    yield line

    def _counted(self) -> Text:
        calls = [call for each in self._evidence for call in each.calls]
        changing = sum(call.changes for call in calls)
        return Text(f"in all: {changing} calls, and {len(calls) - changing} reads beside them")

    def _summary(self) -> Text:
        on_air = [each.part.key for each in self._evidence if each.on_air]
        if self.right and not on_air:
            return Text("Everything ended as it should, and nothing is on air.", style="bold green")
        wrong = [each.key for each in self._verdicts if not each.right]
        return Text(f"Not as it should be: {', '.join(wrong)}.", style="bold red")


_HEAD = tuple(
    Text(name, style="bold") for name in ("", "broadcast", "opened", "LIVE for", "stopped", "ended as")
)
_PROOF_HEAD = tuple(Text(name, style="bold") for name in ("broadcast", "meeting", "on air", "last two reads"))


def _ended(verdict: Verdict) -> tuple[Text, ...]:
    return (
        Text("ok", style="green") if verdict.right else Text("WRONG", style="bold red"),
        Text(verdict.key),
        Text(_late(verdict.opened_after)),
        Text(f"{verdict.live_for.total_seconds():.1f} s" if verdict.live_for else "never"),
        Text(_late(verdict.stopped_after)),
        Text(
            f"{verdict.actual}" + ("" if verdict.actual == verdict.expected else f", not {verdict.expected}")
        ),
    )


def _proven(evidence: Evidence, verdict: Verdict) -> tuple[Text, ...]:
    shut = all(not room.active and not room.flag for room in evidence.rooms)
    reads = " and ".join(f"{each.at.astimezone():%H:%M:%S}" for each in verdict.proof)
    answers = ", ".join(sorted({_answer(each) for each in verdict.proof}))
    return (
        Text(evidence.part.key),
        Text("INACTIVE, flag off" if shut else "open"),
        Text("YES", style="bold red") if evidence.on_air else Text("no"),
        Text(f"{reads}: {answers}" if reads else "missing"),
    )


def _answer(call: Call) -> str:
    return "none (404)" if call.status == NONE_RUNNING else str(call.status)


def _late(after: timedelta | None) -> str:
    return "never" if after is None else f"{after.total_seconds():+.2f} s"


def _as_json(evidence: Evidence, verdict: Verdict) -> dict[str, Any]:
    return {
        "id": evidence.row.id if evidence.row else evidence.part.key,
        "shows": evidence.part.shows,
        "ok": verdict.right,
        "problems": list(verdict.problems),
        "expected": verdict.expected,
        "state": verdict.actual,
        "starts_at": evidence.starts_at,
        "ends_at": evidence.ends_at,
        "meetings": [room.id for room in evidence.rooms],
        "opened_after_s": _plain(verdict.opened_after),
        "live_for_s": _plain(verdict.live_for),
        "stopped_after_s": _plain(verdict.stopped_after),
        "alerts": sorted(evidence.told),
        "coming": [_coming(each) for each in evidence.coming],
        "calls": [_call(each) for each in evidence.calls],
        "proof": [_call(each) for each in verdict.proof],
        "on_air": evidence.on_air,
    }


def _coming(row: Overview) -> dict[str, str | datetime | None]:
    return {"id": row.id, "state": row.state, "starts_at": row.starts_at}


def _call(call: Call) -> dict[str, str | int | datetime | None]:
    return {"at": call.at, "method": call.method, "path": call.resource, "status": call.status}


def _plain(length: timedelta | None) -> float | None:
    return None if length is None else round(length.total_seconds(), 3)
