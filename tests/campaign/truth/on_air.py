"""What happened at the provider: meetings, sessions, and what was on the air, by its own history."""

from collections.abc import Iterable
from functools import cached_property

from tests.campaign.spans import Span
from tests.campaign.truth.after import After, seconds
from tests.campaign.truth.journal import Room
from worker.simulator.history import Change, Kind

_GOES_OFF = (Kind.STREAM_OFF, Kind.STREAM_ERRORED)


class OnAir(After):
    """The history of the simulator, by meetings."""

    @cached_property
    def _by_meeting(self) -> dict[str, list[Change]]:
        found: dict[str, list[Change]] = {}
        for change in self.world.simulator.history:
            found.setdefault(change.meeting_id, []).append(change)
        return found

    def meetings(self, room: Room) -> list[str]:
        """Return the meetings that bear the room's marker."""
        return [
            meeting
            for meeting, changes in self._by_meeting.items()
            if (changes[0].title or "").endswith(room.marker)
        ]

    def changes(self, meeting: str, *kinds: Kind) -> list[Change]:
        return [each for each in self._by_meeting.get(meeting, []) if not kinds or each.kind in kinds]

    def on_air(self, meeting: str) -> list[Span]:
        """Return when a stream was starting, live or stopping."""
        return self._spans(meeting, (Kind.STREAM_STARTED,))

    def live(self, meeting: str) -> list[Span]:
        """Return when viewers could see it."""
        return self._spans(meeting, (Kind.STREAM_LIVE,))

    def sessions(self, meeting: str) -> list[Span]:
        return self._spans(meeting, (Kind.SESSION_STARTED,), (Kind.SESSION_ENDED,))

    def people(self, meeting: str) -> list[Span]:
        """Return when somebody was in: the exporter is nobody."""
        spans, inside, since = list[Span](), 0, 0.0
        for change in self.changes(meeting, Kind.PERSON_JOINED, Kind.PERSON_LEFT):
            before, inside = inside, inside + (1 if change.kind is Kind.PERSON_JOINED else -1)
            if before == 0 and inside:
                since = seconds(change.at)
            elif before and inside == 0:
                spans.append(Span(since, seconds(change.at)))
        return [*spans, Span(since, self.end)] if inside else spans

    def _spans(self, meeting: str, begins: Iterable[Kind], ends: Iterable[Kind] = _GOES_OFF) -> list[Span]:
        spans, since = [], None
        for change in self._by_meeting.get(meeting, []):
            if change.kind in tuple(begins) and since is None:
                since = seconds(change.at)
            elif change.kind in tuple(ends) and since is not None:
                spans.append(Span(since, seconds(change.at)))
                since = None
        return spans if since is None else [*spans, Span(since, self.end)]
