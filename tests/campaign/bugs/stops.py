"""When a show goes off air, and how that is proven."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from jobs.model import Kind, Outcome
from jobs.run import stop, unseen
from jobs.run.lifecycle import State
from jobs.run.observations import Stream
from jobs.run.situation import Situation
from tests.campaign.bugs.bug import CROWD, Bug, nothing
from worker.engine.failsafe import Failsafe
from worker.gateway import performer
from worker.provider import replies
from worker.provider.errors import AbsentError, ProviderError

_failure = replies.failure


def _any_404(reply: Any, found: Any) -> ProviderError:
    return AbsentError("nothing there") if reply.status == 404 else _failure(reply, found)


def _status_alone(call: Any) -> dict[str, object]:
    return {"status": "ACTIVE" if call.active else "INACTIVE"}


_steps = stop._steps


def _trusts_the_stop(s: Situation) -> bool:
    last = s.run.last(Kind.STOP)
    return last is not None and last.outcome is Outcome.DONE


def _one_read(s: Situation) -> bool:
    stream = s.stream
    return bool(s.run.closed_at and stream and stream.value.is_off and stream.reads_since(s.run.closed_at))


def _reads_before_closing(s: Situation) -> bool:
    stream = s.stream
    return bool(stream and stream.value.is_off)


def _never_closes(s: Situation) -> Iterator[Any]:
    return (step for step in _steps(s) if step[0].kind is not Kind.CLOSE)


def _ends_early(s: Situation) -> bool:
    return s.now >= s.broadcast.window.ends_at - timedelta(seconds=25)


def _ends_late(s: Situation) -> bool:
    return s.now >= s.broadcast.window.ends_at + timedelta(seconds=45)


STOPS = (
    Bug.of("it ends early", "not_before_its_end", (Situation, "over", property(_ends_early))),
    Bug.of(
        "it ends late",
        "off_in_time",
        (Situation, "over", property(_ends_late)),
        (Failsafe, "look", nothing),
    ),
    Bug.of(
        "an answered stop is sent again without a look",
        "stopped_once",
        (stop, "_stop_at", lambda s: stop._paced(s, Kind.STOP)),
        (Failsafe, "_needless", lambda *_: ""),
        crowd=CROWD,
    ),
    Bug.of("a 200 on stop is trusted", "proven_off", (stop, "proven", _trusts_the_stop)),
    Bug.of("one read is proof", "proven_off", (stop, "_reads_prove", _one_read)),
    Bug.of("a read before the closing is proof", "proven_off", (stop, "_reads_prove", _reads_before_closing)),
    Bug.of(
        "an unheard-of status is off",
        "truly_off",
        (Stream, "is_off", property(lambda self: not self.is_on)),
        storm="unheard",
    ),
    Bug.of("a gateway's 404 is off", "truly_off", (replies, "failure", _any_404), storm="gateway_404"),
    Bug.of("the flag is forgotten", "shut_when_over", (performer, "door_fields", _status_alone)),
    Bug.of("the meeting is never closed", "over_in_the_end", (stop, "_steps", _never_closes)),
    Bug.of(
        "a LIVE read makes it ended",
        "what_aired_is_ended",
        (stop, "_over_as", lambda _: State.ENDED),
    ),
    Bug.of(
        "nobody is asked what aired unseen",
        "missed_is_true",
        (stop, "asks_what_aired", lambda _: False),
        (unseen, "told", lambda _: ""),
    ),
)
