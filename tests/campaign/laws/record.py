"""What is written down, told and left behind."""

import base64
import urllib.parse
from collections.abc import Iterator
from datetime import datetime

from tests.campaign.laws.breach import Breach
from tests.campaign.truth import Truth, seconds
from tests.campaign.world import API_SECRET, STREAM_KEY, TOKEN

OVER = ("ended", "missed", "cancelled", "rejected")
PROOF_APART = 2.0
"""Seconds between the two reads that prove it off."""
EDIT_HEARD = 30.0
"""Seconds within which a change is in force, at a worker that is up."""


def over_in_the_end(truth: Truth) -> Iterator[Breach]:
    """Some minutes after the last end and the last trouble, everything is over and proven off."""
    for show in truth.shows.values():
        run = truth.runs.get(show.id)
        if run is None:
            if not truth.world.scenario.by_file:
                yield Breach("over_in_the_end", show.id, truth.end, "never taken up")
        elif run["state"] not in OVER:
            yield Breach("over_in_the_end", show.id, truth.end, f"{run['state']}: {run['why']}")


def nothing_in_silence(truth: Truth) -> Iterator[Breach]:
    """What is missed is told."""
    for run in truth.runs.values():
        if run["state"] == "missed" and not any(told.key == f"{run['id']}/missed" for told in truth.told):
            yield Breach("nothing_in_silence", run["id"], truth.end, run["why"])


def what_aired_is_ended(truth: Truth) -> Iterator[Breach]:
    """A run is `ended` only if it was truly live, and off when it says so."""
    for room in truth.rooms:
        for show in room.shows:
            run = truth.runs[show.id]
            live = [span for meeting in truth.meetings(room) for span in truth.live(meeting)]
            if run["state"] == "ended" and not live:
                yield Breach("what_aired_is_ended", show.id, 0, "never live")


def proven_off(truth: Truth) -> Iterator[Breach]:
    """Over means: closed, and two reads 2 s apart after the closing was answered."""
    for room in truth.rooms:
        for show in room.shows:
            run = truth.runs[show.id]
            if run["off_at"] is None or room.adopted is None or any(ahead for _, ahead in truth.world.steps):
                continue
            off_at, closes = _seconds(run["off_at"]), truth.about(room.adopted, "PATCH")
            closed = [call.at for call in closes if call.at < off_at and b"INACTIVE" in call.body]
            reads = [
                call.at
                for call in truth.about(room.adopted, "GET", "/active-livestream")
                if closed and closed[-1] < call.at < off_at
            ]
            if not reads or reads[-1] - reads[0] < PROOF_APART - 0.01:
                yield Breach("proven_off", show.id, off_at, f"closed {closed[-1:]}, read {reads}")


def truly_off(truth: Truth) -> Iterator[Breach]:
    """When a run is over, nothing is on air in its meeting."""
    for room in truth.rooms:
        for show in room.shows:
            off_at = truth.runs[show.id]["off_at"]
            if off_at is None or room.adopted is None or any(ahead for _, ahead in truth.world.steps):
                continue
            at = _seconds(off_at)
            if any(span.has(at - 0.1) and span.has(at) for span in truth.on_air(room.adopted)):
                yield Breach("truly_off", show.id, at, "over, and on air")


def shut_when_over(truth: Truth) -> Iterator[Breach]:
    """In the end every meeting of ours is INACTIVE, with its flag off, so that nobody airs it again."""
    for room in truth.rooms:
        over = all(truth.runs[show.id]["state"] in OVER for show in room.shows)
        opened = any(truth.runs[show.id]["off_at"] for show in room.shows)
        if room.adopted is None or not over or not opened:
            continue
        _, found = truth.world.simulator.find(room.adopted)
        if found.is_open or found.options["live_stream_on_start"]:
            flag = found.options["live_stream_on_start"]
            yield Breach("shut_when_over", room.key, truth.end, f"{found.status}, flag {flag}")


def journal_complete(truth: Truth) -> Iterator[Breach]:
    """The journal tells every move, one after the other, up to the state that is recorded."""
    moves: dict[str, str] = {}
    rows = truth.world.database.rows(
        "SELECT run_id, before, after FROM journal WHERE kind = 'move' ORDER BY id"
    )
    for row in rows:
        if moves.get(row["run_id"], "") != row["before"]:
            yield Breach(
                "journal_complete", row["run_id"], 0, f"{moves.get(row['run_id'])} -> {row['before']}"
            )
        moves[row["run_id"]] = row["after"]
    for run in truth.runs.values():
        if moves.get(run["id"]) != run["state"]:
            yield Breach(
                "journal_complete", run["id"], truth.end, f"{moves.get(run['id'])} != {run['state']}"
            )


def edits_kept(truth: Truth) -> Iterator[Breach]:
    """What is changed in time is in force, and at the provider."""
    for room in truth.rooms:
        for show in room.shows:
            for at, what, value in truth.world.wanted[show.id]:
                heard = truth.was_up(at, at + EDIT_HEARD) and not truth.in_trouble(at, at + EDIT_HEARD)
                was_over = any(moved < at for state in OVER for moved in truth.moves(show.id, state))
                in_time = heard and len(truth.world.steps) == 1 and not was_over
                if what == "end" and at and in_time and at + EDIT_HEARD < min(value, show.ends):
                    ends_at = truth.runs[show.id]["ends_at"]
                    if abs(_seconds(ends_at) - value) > 1 and not truth.world.scenario.by_file:
                        yield Breach("edits_kept", show.id, at, f"ends {ends_at}, wanted {value}")
                if what == "title" and in_time and at + 120 < show.starts and len(room.shows) == 1:
                    yield from _title_kept(truth, room.adopted, show.id, at)


def _title_kept(truth: Truth, meeting: str | None, show: str, at: float) -> Iterator[Breach]:
    if meeting is None or truth.called_off(truth.shows[show]):
        return
    _, found = truth.world.simulator.find(meeting)
    if "anew" not in str(found.title):
        yield Breach("edits_kept", show, at, f"the title is {found.title}")


def no_secret(truth: Truth) -> Iterator[Breach]:
    """No credential, stream key or token is in the database, in an alert or in a line of the log."""
    places = {
        "the database": truth.world.database.dump(),
        "the log": "\n".join(f"{line.event} {line.values}" for line in truth.world.log),
    }
    for secret in (API_SECRET, STREAM_KEY, TOKEN):
        for form in forms(secret):
            for place, text in places.items():
                if form in text:
                    yield Breach("no_secret", place, 0, f"{form!r}")


def forms(secret: str) -> set[str]:
    """Return the ways in which a secret may be written."""
    raw = secret.encode()
    whole = {secret, urllib.parse.quote(secret, safe=""), base64.b64encode(raw).decode().rstrip("=")}
    inside = {base64.b64encode(b"x" * shift + raw).decode()[4:-4] for shift in (1, 2)}
    return whole | inside


def nothing_left_over(truth: Truth) -> Iterator[Breach]:
    """When all is over, no task works on a broadcast any more."""
    for name in truth.world.left_over:
        if name.startswith(("pass b", "failsafe ")):
            yield Breach("nothing_left_over", name, truth.end, "still at work")


def _seconds(text: str) -> float:
    return seconds(datetime.fromisoformat(text))


RECORD = {
    "over_in_the_end": over_in_the_end,
    "nothing_in_silence": nothing_in_silence,
    "what_aired_is_ended": what_aired_is_ended,
    "proven_off": proven_off,
    "truly_off": truly_off,
    "shut_when_over": shut_when_over,
    "journal_complete": journal_complete,
    "edits_kept": edits_kept,
    "no_secret": no_secret,
    "nothing_left_over": nothing_left_over,
}
