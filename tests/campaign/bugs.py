"""Bugs that somebody might write: each is planted, and a law has to be broken by it in some world."""

import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count, islice
from typing import Any
from unittest.mock import patch

import structlog

from jobs.model import Attempt, Kind, Outcome
from jobs.quota.count import Ahead, Quota
from jobs.run import alarms, go_live, intake, on_air, polling, prepare, stop, unseen
from jobs.run.decision import BACKSTAGE, WaitUntil
from jobs.run.lifecycle import State
from jobs.run.observations import Stream, StreamStatus
from jobs.run.situation import Situation
from jobs.schedule import plan
from jobs.subject import Subject, SubjectKind
from tests.campaign import life
from tests.campaign.directed import restarted_then_set_aside
from tests.campaign.drawn import scenario
from tests.campaign.scenario import Scenario
from tests.campaign.verdict import Verdict, of_crowd, of_life, of_seed
from worker.alerting.alerts import Alerts
from worker.engine import requests
from worker.engine.draft import Draft
from worker.engine.failsafe import Failsafe
from worker.engine.inbox import Inbox
from worker.engine.reconciler import Reconciler
from worker.engine.recorder import Recorder
from worker.gateway import performer, reads
from worker.gateway.queue import CallQueue
from worker.leases.contract import Term
from worker.leases.database import DatabaseLeases
from worker.provider import replies
from worker.provider.errors import AbsentError, ProviderError, UnansweredError
from worker.provider.transport import Transport
from worker.store.queries import leases, runs

Patch = tuple[object, str, Any]

CROWD = 60
"""So many begin together where a bug shows only then."""


@dataclass(frozen=True)
class Bug:
    """What somebody did wrong, the law that has to see it, and what makes it so."""

    name: str
    law: str
    patches: tuple[Patch, ...] = field(repr=False)
    storm: str = ""
    """The fault that has to rage for it to show in few worlds."""
    takes: Callable[[Scenario], bool] = lambda _: True
    """Which worlds it can show in at all."""
    crowd: int = 0
    """It shows where so many begin together; 0: in any world."""
    life: Scenario | None = field(default=None, repr=False)
    """The one life it is looked for in; None: in the worlds of chance."""

    @contextmanager
    def planted(self) -> Iterator[None]:
        with ExitStack() as stack:
            for owner, name, value in self.patches:
                stack.enter_context(patch.object(owner, name, value))
            yield


def _bug(name: str, law: str, *patches: Patch, **where: Any) -> Bug:
    return Bug(name, law, patches, **where)


def _has_shows_of_one_room(made: Scenario) -> bool:
    entries = [show.entry for show in made.shows if show.entry]
    return not made.by_file and len(set(entries)) < len(entries)


def _has_several_workers(made: Scenario) -> bool:
    return made.workers > 1


def _has_a_stop_asked_for(made: Scenario) -> bool:
    return any(event.kind == "ask_stop" for event in made.events)


async def _called_off_unheard(self: requests.Requests, broadcast_id: str) -> None:
    await self.desk.cancel(broadcast_id)


def _has_a_sweep_asked_for(made: Scenario) -> bool:
    return any(event.kind == "ask_sweep" for event in made.events)


def _has_a_rule_gained(made: Scenario) -> bool:
    return any(event.kind == "rule" and event.value > 0 for event in made.events)


def _has_its_clock_set_back(made: Scenario) -> bool:
    return any(event.kind == "clock" and event.value < 0 for event in made.events)


# What is called.

_send = Transport.send


async def _send_twice(self: Transport, method: str, url: str, authorization: str, **content: Any) -> Any:
    try:
        return await _send(self, method, url, authorization, **content)
    except UnansweredError:
        return await _send(self, method, url, authorization, **content)


async def _send_and_log(self: Transport, method: str, url: str, authorization: str, **content: Any) -> Any:
    reply = await _send(self, method, url, authorization, **content)
    structlog.get_logger().debug("reply", body=reply.body.decode())
    return reply


async def _send_and_blame(self: Transport, method: str, url: str, authorization: str, **content: Any) -> Any:
    try:
        return await _send(self, method, url, authorization, **content)
    except ProviderError as error:
        structlog.get_logger().warning("failed", authorization=authorization, error=str(error))
        raise


_failure = replies.failure


def _any_404(reply: Any, found: Any) -> ProviderError:
    return AbsentError("nothing there") if reply.status == 404 else _failure(reply, found)


def _status_alone(call: Any) -> dict[str, object]:
    return {"status": "ACTIVE" if call.active else "INACTIVE"}


# What is decided.

_begin, _chores, _steps = go_live._begin, prepare._chores, stop._steps


def _trusts_the_stop(s: Situation) -> bool:
    last = s.run.last(Kind.STOP)
    return last is not None and last.outcome is Outcome.DONE


def _one_read(s: Situation) -> bool:
    stream = s.stream
    return bool(s.run.closed_at and stream and stream.value.is_off and stream.reads_since(s.run.closed_at))


def _reads_before_closing(s: Situation) -> bool:
    stream = s.stream
    return bool(stream and stream.value.is_off)


def _early(seconds: float) -> Callable[[Situation], Any]:
    return lambda s: _begin(replace(s, now=s.now + timedelta(seconds=seconds)))


def _begins_in_any_room(s: Situation) -> Any:
    return _begin(replace(s, run=replace(s.run, room=replace(s.run.room, held_by=None))))


def _never_closes(s: Situation) -> Iterator[Any]:
    return (step for step in _steps(s) if step[0].kind is not Kind.CLOSE)


def _without(*kinds: Kind) -> Callable[[Situation], Iterator[Any]]:
    return lambda s: (call for call in _chores(s) if call.kind not in kinds)


def _old_window(wanted: Any, accepted: Any, state: Any, now: Any) -> Any:  # noqa: ARG001  The true one's signature.
    return accepted, ""


def _ends_early(s: Situation) -> bool:
    return s.now >= s.broadcast.window.ends_at - timedelta(seconds=25)


def _ends_late(s: Situation) -> bool:
    return s.now >= s.broadcast.window.ends_at + timedelta(seconds=45)


def _any_start_to_come(s: Situation) -> bool:
    return s.broadcast.window.starts_at > s.now and not s.broadcast.cancelled


_tell = Reconciler._tell


def _told_in_turns(self: Reconciler, s: Situation, refusal: str) -> None:
    self.alerts.tell(Subject(SubjectKind.BROADCAST, s.run.id), [])
    _tell(self, s, refusal)


def _aside_in_silence(self: Reconciler, run_id: str, *_why: object) -> Any:
    self.failsafe.set_aside(run_id)
    return self.clock.now() + self.policy.poll_live


def _nothing(*_: Any, **__: Any) -> None:
    return None


def _interrupted_and_idle(s: Situation) -> Any:
    return stop.begin(s) if s.off_wanted else WaitUntil(s.broadcast.window.ends_at)


def _unsettled(self: Attempt) -> bool:
    return self.outcome is not Outcome.UNKNOWN


_BACKSTAGE_LIVE = replace(BACKSTAGE, live_stream_on_start=True)

# What the worker does.


async def _idle(*_: Any, **__: Any) -> None:
    """Do nothing."""


async def _answered_and_forgotten(self: requests.Requests, request: Any) -> None:
    await self._answer(request, "heeded")


async def _swept_or_forgotten(self: requests.Requests, request: Any, sweep: requests.Sweep) -> None:
    await self._answer(request, await self._found(request, sweep))
    self._asked.discard(request.id)


def _any_stop_counts(self: Failsafe, run_id: str, _at: Any) -> None:
    if known := self._known.get(run_id):
        known.stops.append(self.clock.monotonic())


_renew = DatabaseLeases._renew


async def _renewed_or_kept(self: DatabaseLeases) -> None:
    before = self._terms
    await _renew(self)
    self._terms = {**before, **self._terms}


def _moved_unwritten(_: Recorder, draft: Draft, after: Any) -> None:
    draft.states.append(after.state)


BUGS: Mapping[str, Bug] = {
    bug.name: bug
    for bug in (
        _bug(
            "a call that was not answered is sent again", "once_on_the_wire", (Transport, "send", _send_twice)
        ),
        _bug("the reply is logged", "no_secret", (Transport, "send", _send_and_log)),
        _bug("a failure is logged with its header", "no_secret", (Transport, "send", _send_and_blame)),
        _bug("a 200 on stop is trusted", "proven_off", (stop, "proven", _trusts_the_stop)),
        _bug("one read is proof", "proven_off", (stop, "_reads_prove", _one_read)),
        _bug(
            "a read before the closing is proof", "proven_off", (stop, "_reads_prove", _reads_before_closing)
        ),
        _bug(
            "an unheard-of status is off",
            "truly_off",
            (Stream, "is_off", property(lambda self: not self.is_on)),
            storm="unheard",
        ),
        _bug("a gateway's 404 is off", "truly_off", (replies, "failure", _any_404), storm="gateway_404"),
        _bug("the flag is forgotten", "shut_when_over", (performer, "door_fields", _status_alone)),
        _bug("the meeting is never closed", "over_in_the_end", (stop, "_steps", _never_closes)),
        _bug("an edited end is not taken over", "edits_kept", (intake, "_window", _old_window)),
        _bug("it ends early", "not_before_its_end", (Situation, "over", property(_ends_early))),
        _bug(
            "it ends late",
            "off_in_time",
            (Situation, "over", property(_ends_late)),
            (Failsafe, "look", _nothing),
        ),
        _bug("it begins early", "not_before_its_start", (go_live, "_begin", _early(30))),
        _bug(
            "the next show does not wait for the room",
            "one_room_one_show",
            (go_live, "_begin", _begins_in_any_room),
            takes=_has_shows_of_one_room,
        ),
        _bug("the backstage streams", "not_before_its_start", (go_live, "BACKSTAGE", _BACKSTAGE_LIVE)),
        _bug(
            "doors are not shut before the start",
            "not_before_its_start",
            (prepare, "_chores", _without(Kind.SHUT)),
        ),
        _bug("a title edited later is not sent", "edits_kept", (prepare, "_chores", _without(Kind.EDIT))),
        _bug(
            "searching stops at once",
            "not_made_blindly",
            (prepare, "_came_to_nothing", lambda _s, _create: True),
        ),
        _bug(
            "a create is forgotten in a crash", "not_made_blindly", (Attempt, "settled", property(_unsettled))
        ),
        _bug(
            "what is nearly over is begun",
            "not_begun_too_late",
            (Situation, "too_late", property(lambda _: False)),
        ),
        _bug(
            "a dropped stream is left alone",
            "back_or_told",
            (on_air, "interrupted", _interrupted_and_idle),
            (alarms, "_CHECKS", tuple(c for c in alarms._CHECKS if c is not alarms._dropped)),
        ),
        _bug(
            "nobody is told that nobody came",
            "live_or_told",
            (
                alarms,
                "_CHECKS",
                tuple(c for c in alarms._CHECKS if c not in (alarms._nobody_here, alarms._no_picture)),
            ),
        ),
        _bug(
            "nobody is told of what was missed",
            "nothing_in_silence",
            (alarms, "_CHECKS", tuple(c for c in alarms._CHECKS if c is not alarms._missed)),
        ),
        _bug("alerts go nowhere", "nothing_in_silence", (Alerts, "_raise", _nothing)),
        _bug(
            "an operator's stop is answered and forgotten",
            "off_in_time",
            (requests.Requests, "_stop", _answered_and_forgotten),
        ),
        _bug(
            "a stop before the start is forgotten once it is off",
            "stopped_stays_off",
            (requests.Requests, "_call_off", _idle),
            takes=_has_a_stop_asked_for,
        ),
        _bug(
            "a stop is decided on the row as it was before",
            "orders_stick",
            (requests.Requests, "_call_off", _called_off_unheard),
            takes=_has_a_stop_asked_for,
        ),
        _bug(
            "a sweep that meets a database failure is forgotten",
            "requests_answered",
            (requests.Requests, "_swept", _swept_or_forgotten),
            storm="busy",
            takes=_has_a_sweep_asked_for,
        ),
        _bug("the failsafe sleeps", "stop_sent_at_once", (Failsafe, "look", _nothing)),
        _bug("what is set aside stays open", "aside_told_and_shut", (Failsafe, "set_aside", _nothing)),
        _bug(
            "what is set aside is not told",
            "aside_told_and_shut",
            (Reconciler, "_set_aside", _aside_in_silence),
        ),
        _bug(
            "a restart passes for the end",
            "stop_sent_at_once",
            (Failsafe, "_note_stop", _any_stop_counts),
            life=restarted_then_set_aside(),
        ),
        _bug(
            "what was taken up unheard is forgotten",
            "over_in_the_end",
            (Inbox, "_catch_up", _idle),
            storm="commit_reply_lost",
        ),
        _bug(
            "a rule that is gained makes a second broadcast",
            "one_run_each",
            (plan, "_by_instant", lambda matches, _: list(matches)),
            takes=_has_a_rule_gained,
        ),
        _bug(
            "waiting calls hold up everything",
            "off_in_time",
            (CallQueue, "_send_away", _nothing),
            (Failsafe, "_alarm", _nothing),
        ),
        _bug("the lease is not asked", "only_with_the_lease", (life.Lease, "held", lambda *_: True)),
        _bug(
            "a term is trusted for ever, and no write is fenced",
            "only_with_the_lease",
            (DatabaseLeases, "_renew", _renewed_or_kept),
            (Term, "remaining", lambda *_: 1.0),
            (leases, "lasts", lambda *_: True),
            (runs, "named", lambda _: leases.named(None)),
            takes=_has_several_workers,
        ),
        _bug(
            "a clock set back airs what has aired",
            "aired_once",
            (stop, "_wanted_again", _any_start_to_come),
            takes=_has_its_clock_set_back,
        ),
        _bug("alerts come and go with each pass", "calm", (Reconciler, "_tell", _told_in_turns)),
        _bug("what was told is never taken back", "alerts_end", (Alerts, "_resolve", _nothing)),
        _bug("moves are not journalled", "journal_complete", (Recorder, "_note_move", _moved_unwritten)),
        _bug(
            "the quota is not kept",
            "within_quota",
            (Quota, "room", lambda *_: 1000),
        ),
        _bug(
            "each that waits is read by itself, and nothing is spoken for",
            "starts_fit",
            (polling, "_is_watched", lambda _: True),
            (reads, "LISTS_FROM", 10**9),
            (Ahead, "expect", lambda *_: False),
            crowd=CROWD,
        ),
        _bug(
            "an answered stop is sent again without a look",
            "stopped_once",
            (stop, "_stop_at", lambda s: stop._paced(s, Kind.STOP)),
            (Failsafe, "_needless", lambda *_: ""),
            crowd=CROWD,
        ),
        _bug(
            "a LIVE read makes it ended",
            "what_aired_is_ended",
            (stop, "_over_as", lambda _: State.ENDED),
        ),
        _bug(
            "nobody is asked what aired unseen",
            "missed_is_true",
            (stop, "asks_what_aired", lambda _: False),
            (unseen, "told", lambda _: ""),
        ),
        _bug(
            "sessions are taken for the stream",
            "live_or_told",
            (
                Stream,
                "is_live",
                property(lambda self: self.status in (StreamStatus.LIVE, StreamStatus.INVOKED)),
            ),
        ),
    )
}
"""By what somebody did wrong."""


MOST_WORLDS = 120


def worlds_needed(bug: Bug, most: int = MOST_WORLDS) -> int | None:
    """Return in how many worlds, from the first seed on, the bug breaks its law; None: in none of so many."""
    with bug.planted():
        for number, verdict in enumerate(_verdicts(bug, most), 1):
            laws = {breach.partition(":")[0] for breach in verdict.breaches}
            if bug.law in laws:
                return number
    return None


def _verdicts(bug: Bug, most: int) -> Iterator[Verdict]:
    if bug.life:
        yield of_life(bug.name, bug.life)
        return
    for seed in islice(_seeds(bug), most):
        yield of_crowd(seed, bug.crowd) if bug.crowd else of_seed(seed, bug.storm)


def _seeds(bug: Bug) -> Iterator[int]:
    return (seed for seed in count() if bug.takes(scenario(seed)))


def main() -> int:
    """Plant every bug, one after the other, and print what caught it; return 0 if each was caught."""
    missed = 0
    with ProcessPoolExecutor(2) as pool:
        for name, needed in zip(BUGS, pool.map(_needed, BUGS), strict=True):
            missed += needed is None
            sys.stdout.write(f"{name:52} {BUGS[name].law:24} {needed or 'NOT CAUGHT'}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{len(BUGS) - missed} of {len(BUGS)} caught\n")
    return 1 if missed else 0


def _needed(name: str) -> int | None:
    return worlds_needed(BUGS[name])


if __name__ == "__main__":
    sys.exit(main())
