"""What an operator must hear of a run: each condition holds at an instant or does not."""

from collections.abc import Callable
from datetime import datetime, timedelta

from jobs.cause import substance
from jobs.conditions import Condition, Severity, not_proven_off, rejected
from jobs.model import Doors, Kind
from jobs.run import go_live, stop, unseen
from jobs.run.backoff import trailing_failures
from jobs.run.lifecycle import HOLDING, OVER, State
from jobs.run.situation import Situation

PREPARED_WITHIN = timedelta(seconds=20)
"""What is taken up in an open window gets this long for its meeting to be made."""
FAILURES_TOLD = 3
"""A call that failed this often in a row is told."""


def conditions(s: Situation) -> tuple[Condition, ...]:
    """Return what holds of this run now."""
    return tuple(found for check in _CHECKS if (found := check(s)) is not None)


def _not_prepared(s: Situation) -> Condition | None:
    if s.run.state is not State.PLANNED:
        return None
    tries = s.run.of_kind(Kind.CREATE, since=s.round_at)
    failures = trailing_failures(tries)
    if failures < FAILURES_TOLD:
        return None
    why = tries[-1].detail or tries[-1].outcome
    text = f"no meeting created after {failures} attempts: {why}"
    cure = "See the last attempts with `cuelight why`; check the account's credentials and quota."
    return Condition("not_prepared", Severity.CRITICAL, text, cure, cause=substance(why))


def _not_ready(s: Situation) -> Condition | None:
    """Its window is open, and it has no meeting yet: nobody could come in."""
    known_at = max(s.broadcast.window.starts_at, s.run.entered_at + PREPARED_WITHIN)
    if s.run.state is not State.PLANNED or s.off_wanted or s.now < known_at:
        return None
    last = s.run.last(Kind.CREATE)
    text = f"its start has passed and it has no meeting; last create: {last.outcome if last else 'none yet'}"
    return Condition(
        "not_ready",
        Severity.CRITICAL,
        text,
        "Check credentials, network and provider. cuelight keeps trying.",
    )


def _refused(s: Situation) -> Condition | None:
    """A call that is made again and again in vain, the stop and the create apart: they have their own."""
    if s.run.state in OVER or sum(not each.succeeded for each in s.run.attempts) < FAILURES_TOLD:
        return None
    for kind in (Kind.SHUT, Kind.ADD_HOST, Kind.EDIT, Kind.BACKSTAGE, Kind.OPEN, Kind.REMOVE_HOST):
        tries = s.run.of_kind(kind, since=s.round_at)
        if trailing_failures(tries) >= FAILURES_TOLD:
            why, cure = (
                tries[-1].detail or tries[-1].outcome,
                "Fix what the provider complains about. cuelight keeps trying.",
            )
            text = f"{kind} failed {trailing_failures(tries)} times: {why}"
            return Condition("refused", Severity.WARNING, text, cure, cause=f"{kind}: {substance(why)}")
    return None


def _on_air_early(s: Situation) -> Condition | None:
    stream = s.stream_read_since(s.run.entered_at)
    if s.run.state is not State.READY or stream is None or not stream.value.is_on:
        return None
    text = "on air before its start; stop sent, doors restored"
    return Condition("on_air_early", Severity.CRITICAL, text, "Ask the hosts who started it.")


def _preflight(s: Situation) -> Condition | None:
    """Shortly before the start the meeting could not be found, or nobody could be asked."""
    asked = s.seen.meeting
    if s.run.state is not State.READY or asked is None:
        return None
    if asked.trouble:
        text, cure = (
            f"the check shortly before its start failed: {asked.trouble}",
            "Check credentials, network and provider.",
        )
    elif asked.fact and asked.fact.value is None:
        text, cure = (
            "shortly before its start its meeting no longer exists",
            "Add it again with `cuelight add`.",
        )
    else:
        return None
    cause = substance(asked.trouble) or "gone"
    return Condition("preflight", Severity.CRITICAL, text, cure, cause)


def _not_open(s: Situation) -> Condition | None:
    """The window is open for a while, and nobody can come in: its doors, or its room, are not to be had."""
    is_late = s.now >= s.opened_at + s.broadcast.live_within and not s.off_wanted
    is_open = s.run.room.doors is Doors.OPEN and not s.room_is_taken
    if not is_late or s.run.state not in (State.READY, State.STARTING) or is_open:
        return None
    why, cure = _why_not_open(s)
    text = f"the window is open but the doors are not: {why}"
    return Condition("not_open", Severity.CRITICAL, text, cure, cause=why)


def _why_not_open(s: Situation) -> tuple[str, str]:
    """Return what is in the way, and the cure. Doors that another occurrence opened are open for that one."""
    other, opened = s.run.room.held_by, s.run.last(Kind.OPEN, since=s.run.entered_at)
    if s.room_is_taken:
        cure = f"Look at `cuelight show {other}`; `cuelight stop {other}` makes room for this one."
        return f"{other} is not yet proven off in the shared room", cure
    why = f"last open call: {opened.outcome}" if opened else "no open call sent yet"
    return why, "Open the meeting in the provider's dashboard, and call the hosts."


def _nobody_here(s: Situation) -> Condition | None:
    waits = s.run.state is State.STARTING and s.now >= s.opened_at + s.broadcast.live_within
    if not waits or s.off_wanted or s.run.room.doors is not Doors.OPEN or s.session_for():
        return None
    return Condition(
        "nobody_here", Severity.WARNING, "the window is open and nobody has joined", "Call the hosts."
    )


def _no_picture(s: Situation) -> Condition | None:
    if s.run.state is not State.STARTING or s.session_for() < s.policy.live_after_session:
        return None
    seconds = int(s.session_for().total_seconds())
    text = f"people have been in for {seconds} s and nothing is LIVE"
    return Condition("no_picture", Severity.CRITICAL, text, "Look at the meeting; ask the hosts to rejoin.")


def _on_air_and_empty(s: Situation) -> Condition | None:
    """Every read within some minutes says that nobody is in; what was read once may have passed."""
    fact = s.seen.present.fact if s.seen.present else None
    if s.run.state is not State.LIVE or fact is None or not fact.value.is_empty:
        return None
    since = max(fact.since, s.run.entered_at)
    if fact.began_at - since < s.policy.empty_for:
        return None
    text = f"on air with nobody in since {since:%H:%M}Z or earlier; it costs as much as a full one"
    cure = "Call the hosts. If it is over or nobody is coming: `cuelight stop`."
    return Condition("on_air_and_empty", Severity.WARNING, text, cure)


def _overrunning(s: Situation) -> Condition | None:
    """Nobody ordered it to be on air for longer; whoever does not want it can say so."""
    if s.broadcast.planned_end is None or s.run.state not in HOLDING or s.off_wanted:
        return None
    until, latest = s.broadcast.window.ends_at, s.broadcast.latest_end
    text = f"runs over its end by rule until {until:%H:%M:%S}Z, at the latest until {latest:%H:%M:%S}Z"
    cure = f"`cuelight stop {s.run.id}` ends it at once."
    return Condition("overrunning", Severity.WARNING, text, cure, cause="overrun")


def _restarts_failed(s: Situation) -> Condition | None:
    if s.run.state not in HOLDING or not go_live.is_stuck(s) or go_live.restarts(s) < s.policy.restarts:
        return None
    text = f"the stream failed and {s.policy.restarts} restarts did not help"
    return Condition(
        "restarts_failed", Severity.CRITICAL, text, "Open the meeting and start the stream by hand."
    )


def _dropped(s: Situation) -> Condition | None:
    gone_for = s.now - s.run.entered_at
    if s.run.state is not State.INTERRUPTED or gone_for < s.policy.back_within:
        return None
    text = f"off the air for {int(gone_for.total_seconds())} s during its window"
    return Condition("dropped", Severity.CRITICAL, text, "Are the hosts still in? Ask them to rejoin.")


def _blind(s: Situation) -> Condition | None:
    asked = s.seen.stream
    if asked is None or not asked.trouble or s.run.state not in HOLDING | {State.STOPPING}:
        return None
    last = asked.fact.began_at if asked.fact else s.run.entered_at
    if asked.tried_at - last < s.policy.blind_for:
        return None
    text = f"no usable answer from the provider: {asked.trouble}"
    cure = "Check the provider's status page and this host's network."
    return Condition("blind", Severity.CRITICAL, text, cure, cause=substance(asked.trouble))


def _unknown_status(s: Situation) -> Condition | None:
    stream = s.stream
    if stream is None or stream.value.is_on or stream.value.is_off or s.run.state in OVER:
        return None
    word, cure = stream.value.word, "Check the meeting yourself."
    text = f"the provider reports an unknown status: {word!r}"
    return Condition("unknown_status", Severity.WARNING, text, cure, cause=word)


def _disabled(s: Situation) -> Condition | None:
    stream = s.stream
    if stream is None or not stream.value.disabled or s.run.state not in HOLDING:
        return None
    return Condition(
        "disabled", Severity.CRITICAL, "the provider has disabled this stream", "Enable it in its dashboard."
    )


def _not_off(s: Situation) -> Condition | None:
    """Of what is known to have to be off, whether a stop could leave or not."""
    wanted_at = _off_wanted_since(s) if s.run.holds_room else None
    if wanted_at is None or s.now < wanted_at + s.policy.escalate_after or stop.proven(s):
        return None
    return not_proven_off(s.now - wanted_at)


def _off_wanted_since(s: Situation) -> datetime | None:
    """Return since when it should be off; None: it need not be, or its first stop will say since when."""
    if s.run.state is State.STOPPING:
        return s.run.off_wanted_at or s.run.entered_at
    is_known = s.over or s.run.stop_asked_at is not None
    return stop.off_wanted_at(s) if s.run.state in HOLDING and is_known else None


def _recorded_still(s: Situation) -> Condition | None:
    wanted_at = s.run.off_wanted_at or s.run.entered_at
    if s.now < wanted_at + s.policy.recording_told_after or not stop.asks_what_is_recorded(s):
        return None
    asked, text = s.seen.recording, "its stream is off, but a recording or RTMP push still runs"
    cause = "recorded"
    if asked is None or asked.trouble or asked.fact is None or not asked.fact.value.is_on:
        trouble = (asked and asked.trouble) or "not read yet, or the answer is unknown"
        text = f"its stream is off; cannot tell whether a recording still runs: {trouble}"
        cause = substance(trouble)
    cure = "End the recording in the provider's dashboard, or empty the meeting. cuelight keeps trying."
    return Condition("recorded_still", Severity.CRITICAL, text, cure, cause)


def _on_air_after(s: Situation) -> Condition | None:
    stream = s.stream_read_since(s.run.off_at) if s.run.off_at else None
    if s.run.state not in OVER or stream is None or not stream.value.is_on:
        return None
    text = "on air again after it ended; stop sent"
    return Condition("on_air_after", Severity.CRITICAL, text, "Check the meeting: somebody opened it again.")


def _rejected(s: Situation) -> Condition | None:
    return rejected(s.run.why) if s.run.state is State.REJECTED else None


def _missed(s: Situation) -> Condition | None:
    if s.run.state is not State.MISSED:
        return None
    text = f"{'not known whether it aired' if unseen.NOT_KNOWN in s.run.why else 'never aired'}: {s.run.why}"
    return Condition("missed", Severity.CRITICAL, text, "`cuelight why` shows what was seen.")


_CHECKS: tuple[Callable[[Situation], Condition | None], ...] = (
    _not_prepared,
    _not_ready,
    _refused,
    _on_air_early,
    _preflight,
    _not_open,
    _nobody_here,
    _no_picture,
    _on_air_and_empty,
    _overrunning,
    _restarts_failed,
    _dropped,
    _blind,
    _unknown_status,
    _disabled,
    _not_off,
    _recorded_still,
    _on_air_after,
    _missed,
    _rejected,
)
