"""What happens at the measured provider: meetings, who comes, what is on air, and when it was asked for."""

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

_MARKER = re.compile(r" \[[a-z0-9]{4}-[a-z0-9]{8}\]$")


@dataclass(frozen=True, slots=True)
class Pace:
    """How long everything takes, in seconds."""

    answer: float = 0.1
    """Before each answer, after its effect."""
    join: float = 2.0
    """From a meeting being opened to its host being in, and the stream INVOKED."""
    invoke: float = 3.0
    """From INVOKED to LIVE."""
    off: float = 2.0
    """From an accepted stop to off air."""


@dataclass(slots=True)
class Life:
    """When what arrived first, by title: epoch seconds."""

    made: int = 0
    """Meetings with this title."""
    created_at: float | None = None
    opened_at: float | None = None
    live_at: float | None = None
    stopped_at: float | None = None
    closed_at: float | None = None
    off_at: float | None = None

    def told(self) -> dict[str, float | None]:
        return asdict(self)


def without_marker(title: str) -> str:
    """Return a title without the tag that cuelight puts at its end."""
    return _MARKER.sub("", title)


@dataclass(eq=False, slots=True)
class Meeting:
    id: str
    title: str
    life: Life
    flag: bool
    active: bool = True
    session: bool = False
    stream: str | None = None
    """INVOKED or LIVE."""
    stopping: bool = False


@dataclass(slots=True)
class World:
    """Nobody joins but by a PATCH that opens: before that no link is out."""

    pace: Pace
    now: Callable[[], float]
    later: Callable[[float, Callable[[], object]], object]
    meetings: dict[str, Meeting] = field(default_factory=dict)
    lives: dict[str, Life] = field(default_factory=dict)
    on_air: dict[str, dict[str, Meeting]] = field(default_factory=lambda: {"INVOKED": {}, "LIVE": {}})
    sessions: dict[str, Meeting] = field(default_factory=dict)

    def create(self, title: str, *, flag: bool) -> Meeting:
        life = self.lives.setdefault(without_marker(title), Life())
        life.made += 1
        life.created_at = life.created_at or self.now()
        meeting = Meeting(f"m{len(self.meetings)}", title, life, flag)
        self.meetings[meeting.id] = meeting
        return meeting

    def search(self, text: str) -> list[Meeting]:
        return [each for each in self.meetings.values() if text in each.title]

    def change(self, meeting: Meeting, fields: dict[str, Any]) -> None:
        meeting.title = fields.get("title", meeting.title)
        meeting.flag = fields.get("live_stream_on_start", meeting.flag)
        meeting.active = fields.get("status", "ACTIVE" if meeting.active else "INACTIVE") == "ACTIVE"
        if meeting.active and meeting.flag:
            self._open(meeting)
        elif meeting.life.stopped_at and not meeting.active and not meeting.flag:
            meeting.life.closed_at = meeting.life.closed_at or self.now()

    def start(self, meeting: Meeting) -> bool:
        """Return whether there is somebody to put on air."""
        if not meeting.session or meeting.stream:
            return False
        self._invoke(meeting)
        return True

    def stop(self, meeting: Meeting) -> bool:
        """Return whether there was anything to stop."""
        if meeting.life.opened_at:
            meeting.life.stopped_at = meeting.life.stopped_at or self.now()
        if meeting.stream is None:
            return False
        if not meeting.stopping:
            meeting.stopping = True
            self.later(self.pace.off, lambda: self._off(meeting))
        return True

    def kick_all(self, meeting: Meeting) -> bool:
        """Return whether anybody was there."""
        was_there = meeting.session
        self._leave(meeting)
        if meeting.stream:
            self._off(meeting)
        return was_there

    def told(self) -> dict[str, dict[str, float | None]]:
        return {title: life.told() for title, life in self.lives.items()}

    def _open(self, meeting: Meeting) -> None:
        if meeting.life.opened_at is None:
            meeting.life.opened_at = self.now()
            self.later(self.pace.join, lambda: self._join(meeting))

    def _join(self, meeting: Meeting) -> None:
        if meeting.active and not meeting.session:
            meeting.session, self.sessions[meeting.id] = True, meeting
            if meeting.flag:
                self._invoke(meeting)

    def _invoke(self, meeting: Meeting) -> None:
        self._turn(meeting, "INVOKED")
        self.later(self.pace.invoke, lambda: self._go_live(meeting))

    def _go_live(self, meeting: Meeting) -> None:
        if meeting.stream == "INVOKED" and not meeting.stopping:
            self._turn(meeting, "LIVE")
            meeting.life.live_at = meeting.life.live_at or self.now()

    def _off(self, meeting: Meeting) -> None:
        self._turn(meeting, None)
        meeting.stopping = False
        meeting.life.off_at = self.now()
        if not meeting.active:
            self._leave(meeting)

    def _leave(self, meeting: Meeting) -> None:
        meeting.session = False
        self.sessions.pop(meeting.id, None)

    def _turn(self, meeting: Meeting, to: str | None) -> None:
        if meeting.stream:
            self.on_air[meeting.stream].pop(meeting.id, None)
        meeting.stream = to
        if to:
            self.on_air[to][meeting.id] = meeting
