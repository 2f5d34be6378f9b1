"""What is asked of the provider: once, of our own meetings alone, within the quota."""

import itertools
import json
from bisect import bisect_left
from collections.abc import Iterator

from tests.campaign.laws.breach import Breach
from tests.campaign.truth import Truth, seconds
from worker.rehearsal.life import Life
from worker.simulator.history import Kind

QUOTA_WINDOW = 300.0
"""Seconds."""
JUST = 0.25
"""Seconds: a worker looks each 0.2 s whether it still holds its lease."""
SEARCHED_FOR = 30.0
"""Seconds of searching before a second meeting may be made."""


def one_used_meeting(truth: Truth) -> Iterator[Breach]:
    """A create that was not answered may leave a second meeting; nobody ever uses it."""
    for room in truth.rooms:
        used = [meeting for meeting in truth.meetings(room) if _is_used(truth, meeting)]
        if len(used) > 1 or (used and used != [room.adopted]):
            yield Breach("one_used_meeting", room.key, 0, f"used {len(used)}: {used}, adopted {room.adopted}")


def _is_used(truth: Truth, meeting: str) -> bool:
    if truth.changes(meeting, Kind.SESSION_STARTED, Kind.STREAM_STARTED, Kind.PARTICIPANT_ADDED):
        return True
    bodies = [json.loads(call.body or b"{}") for call in truth.about(meeting, "PATCH")]
    return any(body.get("status") == "ACTIVE" for body in bodies)


def twins_closed(truth: Truth) -> Iterator[Breach]:
    """A meeting created twice is closed by the next successful sweep: INACTIVE, and its flag off."""
    for room in truth.rooms:
        for meeting in truth.meetings(room):
            made_at = seconds(truth.changes(meeting)[0].at)
            stays = truth.was_up(truth.end - 400, truth.end)
            if meeting == room.adopted or room.adopted is None or not stays or not truth.was_swept(made_at):
                continue
            _, found = truth.world.simulator.find(meeting)
            if found.is_open or found.options["live_stream_on_start"]:
                yield Breach("twins_closed", room.key, truth.end, f"{meeting} can still be entered")


def not_made_blindly(truth: Truth) -> Iterator[Breach]:
    """A second meeting is created only after the first was refused, or not found by a long search."""
    for room in truth.rooms:
        creates = [
            call
            for call in truth.sent
            if call.arrived and call.method == "POST" and call.path.endswith("/meetings")
            if room.marker in json.loads(call.body)["title"]
        ]
        for before, after in itertools.pairwise(creates):
            searches = [
                call.at
                for call in truth.sent
                if call.method == "GET" and "search=" in call.query and before.at < call.at < after.at
            ]
            refused = _refused(truth, room.key, before.at)
            if not refused and (len(searches) < 2 or searches[-1] - searches[0] < SEARCHED_FOR - 1):
                yield Breach(
                    "not_made_blindly", room.key, after.at, f"again after {after.at - before.at:.1f} s"
                )


def _refused(truth: Truth, room: str, at: float) -> bool:
    """Whether the record says that this create certainly came to nothing."""
    rows = truth.world.database.rows(
        "SELECT began_at, outcome FROM attempts WHERE room_key = ? AND kind = 'create'", room
    )
    return any(row["outcome"] in ("refused", "not_sent") for row in rows) and at >= 0


def once_on_the_wire(truth: Truth) -> Iterator[Breach]:
    """Each recorded attempt is sent at most once."""
    ends = {
        "create": ("POST", "/meetings"),
        "start": ("POST", "/livestreams"),
        "kick_all": ("POST", "/kick-all"),
    }
    for kind, (method, end) in ends.items():
        sent = sum(call.method == method and call.path.endswith(end) for call in truth.sent)
        counted = "SELECT count(*) AS n FROM attempts WHERE kind = ? AND run_id NOT LIKE 'old-%'"
        rows = truth.world.database.rows(counted, kind)
        if sent > rows[0]["n"]:
            yield Breach("once_on_the_wire", kind, 0, f"{sent} left, {rows[0]['n']} written down")


def foreign_untouched(truth: Truth) -> Iterator[Breach]:
    """Foreign meetings are read and never changed."""
    for call in truth.sent:
        if call.method != "GET" and any(meeting in call.path for meeting in truth.world.foreign):
            yield Breach("foreign_untouched", call.path, call.at, call.method)


def within_quota(truth: Truth) -> Iterator[Breach]:
    """Never more calls in any five minutes than the quota allows, whoever made them."""
    quota = truth.world.scenario.quota
    arrived = [call for call in truth.sent if call.arrived]
    others = [call.at for call in arrived if not call.path.endswith("/active-livestream/stop")]
    alone = len(truth.world.lives) == 1
    if alone or len(truth.world.steps) == 1:  # What a wrong clock reserved tells the next worker little.
        yield from _over(others, quota)
    if alone:  # A stop waits for no reservation: the next worker does not know of it.
        yield from _over([call.at for call in arrived], quota)


def _over(times: list[float], most: int) -> Iterator[Breach]:
    for index, at in enumerate(times):
        count = index + 1 - bisect_left(times, at - QUOTA_WINDOW + 0.001)
        if count > most:
            yield Breach("within_quota", "quota", at, f"{count} calls within 300 s, {most} allowed")
            return


def only_with_the_lease(truth: Truth) -> Iterator[Breach]:
    """A worker that lost its lease sends only stops and reads."""
    lives = {life.name: life for life in truth.world.lives}
    for call in truth.sent:
        is_free = call.method == "GET" or call.path.endswith("/active-livestream/stop")
        if not is_free and not _might_send(truth, lives[call.life], call.at):
            yield Breach("only_with_the_lease", call.path, call.at, f"{call.method} by {call.life}")


def _might_send(truth: Truth, life: Life, at: float) -> bool:
    """Whether it held the lease. What it had been admitted to send when it froze, it sends when it wakes."""
    if truth.world.scenario.workers == 1:
        return life.lost_lease_at is None or at <= seconds(life.lost_lease_at)
    woken = any(abs(at - until) < JUST for _, until in life.frozen)
    return woken or any(span.start <= at <= span.end + JUST for span in truth.held(life))


MEETINGS = {
    "one_used_meeting": one_used_meeting,
    "twins_closed": twins_closed,
    "not_made_blindly": not_made_blindly,
    "once_on_the_wire": once_on_the_wire,
    "foreign_untouched": foreign_untouched,
    "within_quota": within_quota,
    "only_with_the_lease": only_with_the_lease,
}
