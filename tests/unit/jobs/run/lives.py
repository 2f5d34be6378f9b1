"""A webinar of half an hour, and its life as the decision core leads it."""

from datetime import UTC, datetime, timedelta

from jobs.model import Broadcast, Window
from jobs.run.lifecycle import State
from jobs.run.observations import StreamStatus
from tests.support.timeline import Timeline, TinyProvider

START = datetime(2026, 12, 1, 18, tzinfo=UTC)
ON = (StreamStatus.INVOKED, StreamStatus.LIVE)
AIRED = [State.READY, State.STARTING, State.LIVE, State.STOPPING, State.ENDED]


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def webinar(**changes: object) -> Broadcast:
    fields: dict[str, object] = {
        "id": "webinar",
        "title": "Webinar",
        "window": Window(START, START + timedelta(minutes=30)),
        "prepare": timedelta(hours=1),
    }
    return Broadcast(**{**fields, **changes})  # type: ignore[arg-type]  # A test's own short form.


def lived(broadcast: Broadcast, *events: tuple[float, str], **world: object) -> Timeline:
    provider = TinyProvider(**world)  # type: ignore[arg-type]  # As above.
    timeline = Timeline(broadcast, START - timedelta(hours=2), provider)
    return timeline.go_until(
        START + timedelta(minutes=40), tuple((START + seconds(at), what) for at, what in events)
    )


def states(timeline: Timeline) -> list[State]:
    return [state for _, state in timeline.moves]


def edited(life: Timeline, **changes: object) -> Timeline:
    life.broadcast = webinar(**changes)
    return life
