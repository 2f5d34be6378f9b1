"""What is on air, and when: not before its start, not after its end, and not in silence otherwise."""

import itertools
from collections.abc import Iterator

from tests.campaign.laws.breach import Breach
from tests.campaign.network import Sent
from tests.campaign.scenario import Show
from tests.campaign.spans import Span, common, joined, without
from tests.campaign.truth import HEARD_AFTER, Room, Truth, seconds
from worker.simulator.history import Kind

OFF_WITHIN = 30.0
"""Seconds after its end within which a stream is off, or a critical alert is out."""
OFF_WITHIN_OF_TAKEOVER = 60.0
"""The same, counted from when a worker is there again after the one before died."""
SWEPT_WITHIN = 330.0
"""Seconds within which what goes on air again after its closing is off: the sweep, and a stop."""
STOP_SENT_WITHIN = 2.0
"""Seconds after its end within which a worker that is well has sent a stop."""
LIVE_WITHIN = 30.0
"""`live_within` of every show of the campaign, in seconds."""
LIVE_AFTER_SESSION = 60.0
READ_EVERY = 5.0
"""Seconds between two reads of a session, while nothing is LIVE."""
TOLD_LATER = 20.0
"""Seconds that it takes to read, to decide and to tell."""
LATE_START = 300.0
LATE_AFTER = 30.0
BACK_WITHIN = 60.0
READS_LAG = 2.0
"""Seconds for which a read may say what was before (`status_lag_s` of the simulator): it tells nothing."""
NOTICED_WITHIN = 35.0
"""Seconds until a drop is read: a live stream is polled each 30 s, and reads lag."""
STOP_HEARD_WITHIN = 10.0
"""Seconds within which a stop that is asked for is in force, at a worker that is up."""
NOT_BEFORE = 0.2
"""Seconds by which two clocks may differ in the arithmetic of this campaign."""


OVER = ("ended", "missed", "cancelled")
"""States in which it is proven off, if it was ever opened."""


def stopped_stays_off(truth: Truth) -> Iterator[Breach]:
    """What an operator stops before its start does not start."""
    for show in truth.shows.values():
        for at, what, _ in truth.wanted(show):
            heard_at = at + STOP_HEARD_WITHIN
            heard = truth.was_up(at, heard_at) and not truth.in_trouble(at, heard_at, "database")
            if what == "stop" and heard and heard_at < truth.window(show).start:
                for begun in truth.moves(show.id, "starting"):
                    if begun > heard_at:
                        yield Breach("stopped_stays_off", show.id, begun, f"stopped at {at}")


def never_two_live(truth: Truth) -> Iterator[Breach]:
    """One broadcast is never on air twice at once."""
    for room in truth.rooms:
        spans = sorted(span for meeting in truth.meetings(room) for span in truth.on_air(meeting))
        for before, after in itertools.pairwise(spans):
            if after.start < before.end:
                yield Breach("never_two_live", room.key, after.start, "a second stream")


def aired_once(truth: Truth) -> Iterator[Breach]:
    """What has aired does not start again because a clock is set back; only a moved start does that."""
    for show in truth.shows.values():
        if "ended" in truth.revived(show):
            yield Breach("aired_once", show.id, truth.window(show).end, "wanted again after it had aired")


def not_before_its_start(truth: Truth) -> Iterator[Breach]:
    """Nothing is on air before its start, if the provider let its doors be closed."""
    for room in truth.rooms:
        first = min((truth.window(show).start for show in room.shows), default=truth.end)
        for meeting in truth.meetings(room):
            for span in truth.on_air(meeting):
                if span.start < first - NOT_BEFORE and _could_shut(truth, meeting, span.start):
                    yield Breach("not_before_its_start", room.key, span.start, f"the start is at {first}")


def _could_shut(truth: Truth, meeting: str, until: float) -> bool:
    """Whether it could be closed since it was made: a meeting is made open."""
    made = seconds(truth.changes(meeting, Kind.MEETING_CREATED)[0].at)
    in_trouble = truth.in_trouble(made, until, "provider")
    return not in_trouble or truth.had_a_chance(Span(made, until), "provider", "database")


def off_in_time(truth: Truth) -> Iterator[Breach]:
    """Off by the end + 30 s, or a critical alert is out by then; counted while a worker can act."""
    for room, unwanted in _unwanted(truth):
        for up in common(unwanted, truth.up):
            taken_over = up.start > unwanted.start + 0.01
            bound = OFF_WITHIN_OF_TAKEOVER if taken_over else OFF_WITHIN
            if _went_on_air(truth, room, unwanted.start):
                bound = SWEPT_WITHIN
            if up.length > bound and not _alarmed(truth, room, up.start - 5, up.start + bound):
                yield Breach("off_in_time", room.key, unwanted.start, f"still on {up.length:.1f} s later")


def _unwanted(truth: Truth) -> Iterator[tuple[Room, Span]]:
    """Yield when a room was on air although none of its shows was wanted, after the first of their starts."""
    for room in truth.rooms:
        wanted = joined(_lenient(span) for show in room.shows for span in truth.windows(show))
        first = min((truth.window(show).start for show in room.shows), default=0) - NOT_BEFORE
        for meeting in truth.meetings(room):
            for span in truth.on_air(meeting):
                for left in without(span, wanted):
                    if left.start >= first:
                        yield room, left


def _lenient(window: Span) -> Span:
    """What ends because somebody said so is heard of a little later."""
    return Span(window.start - NOT_BEFORE, window.end)


def _went_on_air(truth: Truth, room: Room, at: float) -> bool:
    """Whether the stream began only then."""
    return any(
        abs(span.start - at) < 0.01 for meeting in truth.meetings(room) for span in truth.on_air(meeting)
    )


def _alarmed(truth: Truth, room: Room, since: float, until: float) -> bool:
    return any(truth.was_alarmed(show.id, since, until) for show in room.shows)


def again_is_told(truth: Truth) -> Iterator[Breach]:
    """What goes on air again after its end is alerted, unless it is off again before anybody can see it."""
    for room, unwanted in _unwanted(truth):
        begun = _went_on_air(truth, room, unwanted.start)
        for up in common(unwanted, truth.up):
            if begun and up.length > SWEPT_WITHIN and not _alarmed(truth, room, up.start, up.end):
                yield Breach("again_is_told", room.key, unwanted.start, "in silence")


def stop_sent_at_once(truth: Truth) -> Iterator[Breach]:
    """A worker that is up at the end has sent a stop within 2 s, even if database or provider fail."""
    for room in truth.rooms:
        for show in room.shows:
            for window in truth.windows(show):
                if room.adopted and _owes_a_stop(truth, room.adopted, window):
                    stops = [call.at for call in truth.about(room.adopted, "POST", "/active-livestream/stop")]
                    due = Span(window.end - 5, window.end + STOP_SENT_WITHIN)
                    if not any(due.has(at) for at in stops):
                        yield Breach("stop_sent_at_once", show.id, window.end, f"stops: {stops}")


def _owes_a_stop(truth: Truth, meeting: str, window: Span) -> bool:
    """Whether one was on air over the end, and a worker up that knew it by then and no change of it later."""
    end = window.end
    over_end = any(span.start < end - 40 and span.end > end + 2.5 for span in truth.live(meeting))
    by_time = end < truth.end - 10 and not any(
        abs(at - end) < 10 for changes in truth.world.wanted.values() for at, _, _ in changes if at
    )
    stepped = any(abs(at - end) < 10 for at, _ in truth.world.steps)
    return over_end and by_time and not stepped and _knew(truth, end)


def _knew(truth: Truth, end: float) -> bool:
    """Whether a worker was up for long enough before, with a database to learn from."""
    return truth.was_up(end - 30, end + 5) and not truth.in_trouble(end - 35, end - 3, "database")


def not_before_its_end(truth: Truth) -> Iterator[Breach]:
    """No stop is sent to what is live and wanted, unless somebody asked for it or it came too late."""
    for room in truth.rooms:
        windows = [(show, span) for show in room.shows for span in truth.windows(show)]
        for meeting in truth.meetings(room):
            live = truth.live(meeting)
            for call in truth.about(meeting, "POST", "/active-livestream/stop"):
                wanted = any(
                    window.has(call.at + NOT_BEFORE) and not _held_by_another(truth, room, show, call.at)
                    for show, window in windows
                    if not truth.came_too_late(show)
                )
                was_live = any(span.start + 10 < call.at < span.end for span in live)
                known_over = _over_by_what_it_knew(truth, room, call)
                if wanted and was_live and not known_over and not _excused(truth, room, call.at):
                    yield Breach("not_before_its_end", room.key, call.at, "a stop while live and wanted")


def _held_by_another(truth: Truth, room: Room, show: Show, at: float) -> bool:
    """Whether what is on air in a shared room is that of a show before, which is over and not proven off."""
    return any(
        truth.window(other).end <= at and truth.state(other.id, at) not in OVER
        for other in room.shows
        if other.starts < show.starts
    )


def _over_by_what_it_knew(truth: Truth, room: Room, call: Sent) -> bool:
    """Whether it comes from a worker without its lease, at an end that was moved only since (law 3).

    By the clock of that worker, which may be wrong.
    """
    lost_at = next((life.lost_lease_at for life in truth.world.lives if life.name == call.life), None)
    if lost_at is None or seconds(lost_at) > call.at:
        return False
    known = [[end for at, end in truth.ends_in_force(show) if at <= seconds(lost_at)] for show in room.shows]
    return any(ends[-1] <= call.at + truth.ahead(call.at) for ends in known if ends)


def _excused(truth: Truth, room: Room, at: float) -> bool:
    """Whether the worker could not know better: just changed, or its database or lease gone (law 3)."""
    changed = any(truth.edited_within(show, at, HEARD_AFTER + 2) for show in room.shows)
    blind = truth.in_trouble(at - HEARD_AFTER, at + 1, "database") or not truth.was_up(at - HEARD_AFTER, at)
    stepped = any(at - 10 <= when <= at + 2 for when, _ in truth.world.steps if when)
    faulty = any(
        each.startswith(("busy", "commit_reply_lost")) for each in truth.world.faults.befallen
    ) and any(truth.edited_within(show, at, 30) for show in room.shows)
    return changed or blind or stepped or faulty


def not_begun_too_late(truth: Truth) -> Iterator[Breach]:
    """Nothing starts when less than half of its window, or than `late_start`, is left."""
    for room in truth.rooms:
        for show in room.shows:
            window = truth.window(show)
            latest = window.end - min(LATE_START, window.length / 2) + 1
            for move in truth.moves(show.id, "starting"):
                edited = len(truth.wanted(show)) > 1 or len(truth.world.steps) > 1
                if move > max(latest, window.start + LATE_AFTER + 1) and not edited:
                    yield Breach("not_begun_too_late", show.id, move, f"the window is over at {window.end}")


def live_or_told(truth: Truth) -> Iterator[Breach]:
    """LIVE, or an alert, by the start + live_within or a readable session + 60 s, whichever is later."""
    for room in truth.rooms:
        for show in room.shows:
            for window in truth.windows(show):
                since = max(window.start, show.known_at + HEARD_AFTER)
                due = _due_live(truth, room, Span(since, max(since, window.end)))
                if due >= window.end or not truth.was_up(max(0.0, window.start - 60), due):
                    continue
                begun = max(window.start, _begun(truth, room, show, window))
                seen = any(
                    span.start < due and span.end > begun
                    for meeting in truth.meetings(room)
                    for span in truth.live(meeting)
                )
                if not seen and not truth.was_told(show.id, window.start - 5, due):
                    yield Breach("live_or_told", show.id, due, "neither live nor told")


def _begun(truth: Truth, room: Room, show: Show, window: Span) -> float:
    """Return from when on what is live can be its own: in a shared room, not before it opened that itself."""
    if len(room.shows) == 1:
        return window.start
    opened = (move.at for move in truth.written.moves_of(show.id) if move.after == "starting")
    return next((at for at in opened if at >= window.start - NOT_BEFORE), truth.end)


def _due_live(truth: Truth, room: Room, window: Span) -> float:
    sessions = [
        truth.readable_at(meeting, "/active-session", max(span.start, window.start), READ_EVERY) - READ_EVERY
        for meeting in truth.meetings(room)
        for span in truth.sessions(meeting)
        if span.end > window.start and span.start < window.end
    ]
    first = min(sessions, default=window.start)
    return max(window.start + LIVE_WITHIN, first + LIVE_AFTER_SESSION) + TOLD_LATER


def back_or_told(truth: Truth) -> Iterator[Breach]:
    """A dropped stream is back within 60 s of being noticed, or reported."""
    for room in truth.rooms:
        windows = [span for show in room.shows for span in truth.windows(show)]
        for meeting in truth.meetings(room):
            for before, after in _gaps(truth, meeting):
                window = next(
                    (each for each in windows if each.has(before.end) and each.has(before.start)), None
                )
                told_from = before.end + READS_LAG
                noticed_at = truth.readable_at(
                    meeting, "/active-livestream", told_from, NOTICED_WITHIN - READS_LAG
                )
                due = noticed_at + BACK_WITHIN + TOLD_LATER
                blind = truth.in_trouble(before.end - 5, due, "database")
                if window is None or blind or _asked(truth, meeting, before.end):
                    continue
                overdue = min(after, window.end) > due and truth.was_up(before.end - 35, due)
                if overdue and not any(truth.was_told(show.id, before.end, due) for show in room.shows):
                    yield Breach("back_or_told", room.key, before.end, "gone in silence")


def _gaps(truth: Truth, meeting: str) -> Iterator[tuple[Span, float]]:
    live = truth.live(meeting)
    nexts = [*(span.start for span in live[1:]), truth.end]
    yield from zip(live, nexts, strict=False)


def _asked(truth: Truth, meeting: str, at: float) -> bool:
    """Whether it went off because a stop was sent."""
    return any(
        change.reason == "stopped" and abs(seconds(change.at) - at) < 0.01
        for change in truth.changes(meeting, Kind.STREAM_OFF)
    )


AIR = {
    "never_two_live": never_two_live,
    "aired_once": aired_once,
    "stopped_stays_off": stopped_stays_off,
    "not_before_its_start": not_before_its_start,
    "off_in_time": off_in_time,
    "again_is_told": again_is_told,
    "stop_sent_at_once": stop_sent_at_once,
    "not_before_its_end": not_before_its_end,
    "not_begun_too_late": not_begun_too_late,
    "live_or_told": live_or_told,
    "back_or_told": back_or_told,
}
