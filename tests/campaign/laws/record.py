"""What is written down, told and left behind."""

from collections.abc import Iterator
from typing import Any

from jobs.run.unseen import NOT_KNOWN
from tests.campaign.laws.breach import Breach
from tests.campaign.scenario import Show
from tests.campaign.spans import Span
from tests.campaign.truth import Room, Truth
from tests.campaign.world import API_SECRET, STREAM_KEY, TOKEN
from tests.campaign.written import instant
from tests.support.canaries import forms

OVER = ("ended", "missed", "cancelled", "rejected")
ROUNDED = 0.001
"""Seconds: what is recorded is rounded, and a list may leave in the instant of an answer."""
PROOF_APART = 2.0
"""Seconds between the two reads that prove it off."""
ASIDE_TOLD = 60.0
"""Seconds within which a run whose decisions fail is told of: a pass of it is made every 30 s at least."""
ASIDE_SHUT = 60.0
"""Seconds after its end by which its meeting has been told to close."""
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
    """A missed broadcast is reported."""
    for show, run in truth.runs.items():
        if run["state"] == "missed" and not any(told.key == f"{show}/missed" for told in truth.told):
            yield Breach("nothing_in_silence", show, truth.end, run["why"])


def missed_is_true(truth: Truth) -> Iterator[Breach]:
    """What was LIVE in its window is `missed` only if there was no way to find out."""
    for room in truth.rooms:
        for show in room.shows:
            run = truth.runs[show.id]
            if run["state"] != "missed" or room.adopted is None or NOT_KNOWN in run["why"]:
                continue
            for each in _own_live(truth, room, show):
                if truth.window(show).has(each.start) and not any(ahead for _, ahead in truth.world.steps):
                    yield Breach("missed_is_true", show.id, each.start, f"LIVE then; {run['why']}")


def _own_live(truth: Truth, room: Room, show: Show) -> list[Span]:
    """Return what was LIVE in its room, but for what another show had there."""
    others = [span for who, span, _ in truth.uses(room) if who != show.id]
    live = truth.live(room.adopted) if room.adopted else []
    return [each for each in live if not any(span.has(each.start) for span in others)]


def what_aired_is_ended(truth: Truth) -> Iterator[Breach]:
    """A run is `ended` only if it was truly live, and off when it says so."""
    for room in truth.rooms:
        for show in room.shows:
            run = truth.runs[show.id]
            live = [span for meeting in truth.meetings(room) for span in truth.live(meeting)]
            if run["state"] == "ended" and not live:
                yield Breach("what_aired_is_ended", show.id, 0, "never live")


def proven_off(truth: Truth) -> Iterator[Breach]:
    """Over means: closed, and two reads 2 s apart after that was answered, one of the meeting itself."""
    for room in truth.rooms:
        for show in room.shows:
            run = truth.runs[show.id]
            if run["off_at"] is None or room.adopted is None or any(ahead for _, ahead in truth.world.steps):
                continue
            off_at = instant(run["off_at"])
            closed_at = _closed_at(truth, room.adopted, run, off_at)
            gets = truth.about(room.adopted, "GET", "/active-livestream")
            own = [call.at for call in gets if closed_at and closed_at <= call.at < off_at]
            lists = [at for at in truth.lists_read if closed_at and closed_at - ROUNDED <= at < off_at]
            reads = sorted([*own, *lists])
            if not own or reads[-1] - reads[0] < PROOF_APART - 0.01:
                yield Breach("proven_off", show.id, off_at, f"closed {closed_at}, read {reads}")


def _closed_at(truth: Truth, meeting: str, run: Any, off_at: float) -> float | None:
    """Return when it is said to have been closed, if it was asked for since it was to be off.

    What was closed once more when it was looked back at says no more when it was closed before: then the
    last answered close that was sent by the time it was off counts, from when it was sent.
    """
    if run["closed_at"] is None or run["off_wanted_at"] is None:
        return None
    wanted_at, closed_at = instant(run["off_wanted_at"]), instant(run["closed_at"])
    calls = [call for call in truth.about(meeting, "PATCH") if b"INACTIVE" in call.body]
    if closed_at > off_at:
        answered = truth.world.network.answered
        before = [call.at for call in calls if wanted_at <= call.at < off_at and call in answered]
        return max(before, default=None)
    return closed_at if any(wanted_at <= call.at < closed_at for call in calls) else None


def truly_off(truth: Truth) -> Iterator[Breach]:
    """When a run is over, nothing is on air in its meeting."""
    for room in truth.rooms:
        for show in room.shows:
            off_at = truth.runs[show.id]["off_at"]
            if off_at is None or room.adopted is None or any(ahead for _, ahead in truth.world.steps):
                continue
            at = instant(off_at)
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


def aside_told_and_shut(truth: Truth) -> Iterator[Breach]:
    """What is suspended while its doors are open is reported, and its doors are closed after its end."""
    for room in truth.rooms:
        for show in room.shows:
            for since, until in truth.world.poisoned.get(show.id, []):
                if room.adopted and _was_let_in(truth, room.adopted, show.id, since):
                    yield from _aside_told(truth, show, since, until)
                    yield from _aside_shut(truth, room.adopted, show, since, until)


def _aside_told(truth: Truth, show: Show, since: float, until: float) -> Iterator[Breach]:
    due = since + ASIDE_TOLD
    told = any(told.key == f"{show.id}/suspended" for told in truth.told)
    if not told and due < min(until, truth.window(show).end) and _undisturbed(truth, since, due):
        yield Breach("aside_told_and_shut", show.id, since, "set aside in silence")


def _aside_shut(truth: Truth, meeting: str, show: Show, since: float, until: float) -> Iterator[Breach]:
    end = truth.window(show).end
    due = end + ASIDE_SHUT
    if since >= end - ASIDE_TOLD or due >= until or not _undisturbed(truth, since, due):
        return
    shut = [call.at for call in truth.about(meeting, "PATCH") if b"INACTIVE" in call.body]
    if not any(end <= at <= due for at in shut):
        yield Breach("aside_told_and_shut", show.id, end, f"closed at {shut}")


def _was_let_in(truth: Truth, meeting: str, show: str, at: float) -> bool:
    """Whether this run had opened the doors by then, and is not known to have gone on from there."""
    opened = [call.at for call in truth.about(meeting, "PATCH") if b'"ACTIVE"' in call.body]
    starting, stopping = truth.moves(show, "starting"), truth.moves(show, "stopping")
    return any(since < at for since in opened) and any(
        since < at and not any(since < gone < at for gone in stopping) for since in starting
    )


def _undisturbed(truth: Truth, since: float, until: float) -> bool:
    stepped = any(since - 10 <= at <= until for at, _ in truth.world.steps if at)
    return truth.was_up(since - 5, until) and not truth.in_trouble(since - 5, until) and not stepped


def journal_complete(truth: Truth) -> Iterator[Breach]:
    """The journal has every move, in order, up to the state that is recorded."""
    states: dict[str, str] = {}
    for move in truth.written.moves:
        if states.get(move.show, "") != move.before:
            how = f"{states.get(move.show)} -> {move.before}"
            yield Breach("journal_complete", move.show, 0, how)
        states[move.show] = move.after
    for show, run in truth.runs.items():
        if states.get(show) != run["state"]:
            yield Breach("journal_complete", show, truth.end, f"{states.get(show)} != {run['state']}")


def edits_kept(truth: Truth) -> Iterator[Breach]:
    """Changes made in time are in force, and at the provider, unless an alert says the quota is short."""
    for room in truth.rooms:
        for show in room.shows:
            for at, what, value in truth.world.wanted[show.id]:
                heard = truth.was_up(at, at + EDIT_HEARD) and not truth.in_trouble(at, at + EDIT_HEARD)
                was_over = any(moved < at for state in OVER for moved in truth.moves(show.id, state))
                in_time = heard and len(truth.world.steps) == 1 and not was_over
                if what == "end" and at and in_time and at + EDIT_HEARD < min(value, show.ends):
                    run = truth.runs[show.id]
                    ends_at = run["planned_end"] or run["ends_at"]
                    if abs(instant(ends_at) - value) > 1 and not truth.world.scenario.by_file:
                        yield Breach("edits_kept", show.id, at, f"ends {ends_at}, wanted {value}")
                if what == "title" and in_time and at + 120 < show.starts and len(room.shows) == 1:
                    yield from _title_kept(truth, room.adopted, show, at)


def _title_kept(truth: Truth, meeting: str | None, show: Show, at: float) -> Iterator[Breach]:
    if meeting is None or truth.called_off(show) or truth.was_short(at, show.starts):
        return
    _, found = truth.world.simulator.find(meeting)
    if "anew" not in str(found.title):
        yield Breach("edits_kept", show.id, at, f"the title is {found.title}")


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


def nothing_left_over(truth: Truth) -> Iterator[Breach]:
    """When everything is over, no task is left running."""
    for name in truth.world.left_over:
        if name.startswith(("pass ", "failsafe ")):
            yield Breach("nothing_left_over", name, truth.end, "still at work")


RECORD = {
    "over_in_the_end": over_in_the_end,
    "nothing_in_silence": nothing_in_silence,
    "missed_is_true": missed_is_true,
    "what_aired_is_ended": what_aired_is_ended,
    "proven_off": proven_off,
    "truly_off": truly_off,
    "shut_when_over": shut_when_over,
    "aside_told_and_shut": aside_told_and_shut,
    "journal_complete": journal_complete,
    "edits_kept": edits_kept,
    "no_secret": no_secret,
    "nothing_left_over": nothing_left_over,
}
