"""What became of a broadcast is read from what truly happened at the provider."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from config.settings import Settings
from jobs.marker import marked, marker
from jobs.model import Broadcast, RoomUse, Window
from jobs.run.lifecycle import State
from tests.support.clock import NOON
from tests.unit.rehearsal.known import airing, broadcast, known, seconds
from tests.unit.view.records import row
from worker.rehearsal.accounts import TAG
from worker.rehearsal.evidence import Airing, Gap, _in_force, evidence, streams
from worker.rehearsal.record import Record
from worker.rehearsal.scene import Script
from worker.simulator.history import Change, Kind
from worker.store.records import Overview

WEEK = timedelta(days=7)
MINUTE = timedelta(minutes=1)


def change(kind: Kind, at: datetime, title: str = "", reason: str = "", meeting: str = "m") -> Change:
    return Change(at, kind, "t", meeting, title, "s", "", reason)


def shown(title: str, starts: datetime, meeting: str = "m") -> list[Change]:
    """Return the changes of an hour on air."""
    return [
        change(Kind.STREAM_STARTED, starts, title, meeting=meeting),
        change(Kind.STREAM_LIVE, starts + seconds(15), title, meeting=meeting),
        change(Kind.STREAM_STOPPING, starts + seconds(3600), title, meeting=meeting),
        change(Kind.STREAM_OFF, starts + seconds(3605), title, "stopped", meeting=meeting),
    ]


def record(broadcasts: list[Broadcast], history: list[Change]) -> Record:
    script = Script(
        settings=Settings(database_url=SecretStr("sqlite://"), state_dir=Path()),
        text="",
        broadcasts=broadcasts,
        cast={each.id: () for each in broadcasts},
        faults=(),
        seed=0,
        begins_at=NOON,
        until=NOON + WEEK,
        ends_at=NOON + WEEK,
    )
    rows = {each.id: overview(each) for each in broadcasts}
    return Record(script=script, rows=rows, told=(), history=history, calls=(), export_minutes=0.0)


def overview(wanted: Broadcast) -> Overview:
    return Overview(
        id=wanted.id,
        title=wanted.title,
        account="default",
        state=State.ENDED,
        why="over",
        entered_at=NOON,
        starts_at=wanted.window.starts_at,
        ends_at=wanted.window.ends_at,
        entry=wanted.entry,
        source="schedule",
        cancelled=False,
    )


def titled(wanted: Broadcast) -> str:
    return marked(wanted.title, marker(TAG, wanted.account, wanted.room_key))


def test_a_stream_is_on_air_from_its_being_live_until_it_is_off() -> None:
    (found,) = streams(shown("", NOON))
    assert (found.started_at, found.live_at, found.off_at) == (
        NOON,
        NOON + seconds(15),
        NOON + seconds(3605),
    )


def test_a_stream_that_failed_was_never_live_and_its_stop_is_no_second_end() -> None:
    failed = [change(Kind.STREAM_STARTED, NOON), change(Kind.STREAM_ERRORED, NOON + seconds(9))]
    (found,) = streams([*failed, change(Kind.STREAM_OFF, NOON + seconds(12))])
    assert (found.live_at, found.off_at) == (None, NOON + seconds(9))


def test_what_is_not_off_is_on_air_still() -> None:
    (found,) = streams(shown("", NOON)[:2])
    assert found.off_at is None
    assert known(found).is_on_air


def test_between_two_streams_it_was_off_the_air_and_after_the_last_it_never_came_back() -> None:
    twice = known(airing(20, 600), airing(660, 3605))
    assert twice.gaps == (Gap(NOON + seconds(600), NOON + seconds(660)),)
    assert known(airing(20, 600)).gaps == (Gap(NOON + seconds(600), None),)
    assert known(airing(20, 3605)).gaps == ()


def test_a_room_of_its_own_is_told_by_its_marker_and_streams_of_others_are_not_its_own() -> None:
    one, other = broadcast("one"), broadcast("other")
    foreign = [shown(title, NOON, meeting=title) for title in ("Somebody else's", "Old [rhrs-abcdefgh]")]
    history = [*shown(titled(one), NOON), *foreign[0], *foreign[1]]
    first, second = evidence(record([one, other], history))
    assert first.live_at == NOON + seconds(15)
    assert second.airings == ()


def test_in_a_shared_room_each_stream_is_of_the_broadcast_that_is_nearest() -> None:
    weeks = [
        broadcast(f"talk@{n}", NOON + n * WEEK, entry="talk", room=RoomUse.SHARED, title="Talk")
        for n in range(3)
    ]
    early = [*shown(titled(weeks[2]), weeks[2].window.starts_at - seconds(40))]
    found = evidence(record(weeks, [*shown(titled(weeks[0]), NOON), *early]))
    assert [len(each.airings) for each in found] == [1, 0, 1]


@pytest.mark.parametrize(("off", "ends"), [(None, 35), (32, 32), (35, 35), (36, 35), (20, 30)])
def test_what_ran_over_by_rule_had_the_end_at_which_it_was_over(off: int | None, ends: int) -> None:
    """By the minute: planned for 30, moved to 35; what goes off between is over at that."""
    starts = NOON - 60 * MINUTE
    wanted = Broadcast(
        id="a", title="A", window=Window(starts, starts + 30 * MINUTE), overrun=timedelta(minutes=15)
    )
    until, planned = starts + 35 * MINUTE, wanted.window.ends_at
    run = row(State.ENDED, starts_at=starts, ends_at=until, planned_end=planned)
    airings = () if off is None else (Airing(starts, off_at=starts + off * MINUTE),)
    assert _in_force(wanted, run, airings).window.ends_at == starts + ends * MINUTE
    assert _in_force(wanted, replace(run, planned_end=None), airings) == wanted
