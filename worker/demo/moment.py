"""What there is to see at an instant: how each broadcast stands, what people did, what was called."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jobs.run.lifecycle import State
from worker.demo.evidence import Evidence
from worker.demo.provider import Call
from worker.demo.script import PARTS
from worker.view.story import Story, spoken
from worker.view.window import Progress, progress

News = tuple[datetime, str, str]
"""When something happened, to which part, and what."""


@dataclass(frozen=True, slots=True)
class Air:
    """What the provider says of a part."""

    on_air: bool
    people: tuple[str, ...]
    """Who is in."""

    def text(self, *, names: bool) -> str:
        """Return it in words; with `names` people are named, else counted."""
        found = ", ".join(self.people) if names else f"{len(self.people)} in"
        return f"{'on air' if self.on_air else 'off'}, {found if self.people else 'empty'}"


@dataclass(frozen=True, slots=True)
class Line:
    """A part in the table."""

    state: State | None
    key: str
    air: Air
    progress: Progress
    last: str
    """The last thing that the worker did with it, or why it is in its state."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Everything there is to see at an instant."""

    now: datetime
    zero: datetime
    evidence: Sequence[Evidence]
    deeds: Sequence[News]
    """What people did."""

    def lines(self) -> tuple[Line, ...]:
        """Return how each part stands."""
        return tuple(_line(each, self.now) for each in self.evidence)

    def elapsed(self) -> str:
        """Return how much of it is played, of how much."""
        since = (self.now - self.zero).total_seconds()
        whole = max(part.ends_at(self.zero) for part in PARTS) - self.zero
        return f"begins in {-since:.0f} s" if since < 0 else f"{since:.0f} s of about {whole.seconds + 8} s"

    def calls(self) -> list[Call]:
        """Return every call about any part, oldest first."""
        return sorted((call for each in self.evidence for call in each.calls), key=lambda call: call.at)

    def news(self) -> list[News]:
        """Return what people did, and what was told to the operator."""
        told = (
            (alert.raised_at or self.now, each.part.key, f"alert: {name}: {alert.text}")
            for each in self.evidence
            for name, alert in each.told.items()
        )
        return sorted([*self.deeds, *told])

    def happenings(self) -> list[News]:
        """Return the news, and what the worker did and why."""
        done = (
            (note.at, each.part.key, spoken(note))
            for each in self.evidence
            for note in Story(each.notes).done()
        )
        return sorted([*self.news(), *done])


def next_week(evidence: Sequence[Evidence]) -> Iterator[str]:
    """Yield the next occurrence of what repeats, and its state."""
    yield from (f"{each.coming[0].id}, {each.coming[0].state or 'new'}" for each in evidence if each.coming)


def said(call: Call) -> str:
    """Return a call in short: an id is shown by its first characters, a body by what it sets."""
    parts = [part[:8] if len(part) == 36 else part for part in call.resource.split("/")]
    return f"{call.method} {'/'.join(parts)} {call.status}  {_set_by(call.body)}".rstrip()


def _line(each: Evidence, now: datetime) -> Line:
    row = each.row
    people = tuple(name for room in each.rooms for name in room.present)
    return Line(
        state=row.state if row else None,
        key=each.part.key,
        air=Air(each.on_air, people),
        progress=progress(row, now) if row else Progress(),
        last=_last(each),
    )


def _last(each: Evidence) -> str:
    done = Story(each.notes).done()
    if not done:
        return each.part.shows
    return done[-1].why if done[-1].kind == "move" else spoken(done[-1])


def _set_by(body: Mapping[str, Any]) -> str:
    flag = {True: ["flag on"], False: ["flag off"]}.get(body.get("live_stream_on_start", ""), [])
    return ", ".join([*flag, *([str(body["status"])] if "status" in body else [])])
