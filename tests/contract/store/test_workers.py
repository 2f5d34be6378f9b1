"""Workers, leases, the installation, and what is forgotten."""

from dataclasses import replace

import pytest

from jobs.run.lifecycle import State
from jobs.subject import Subject, SubjectKind
from tests.support.clock import NOON
from tests.unit.store.house import HOUR, House
from worker.store.errors import (
    InstallationTagError,
)
from worker.store.records import Alert, Save
from worker.store.schema.migration import NEWEST
from worker.store.standings import LeaseRecord, Worker

ABOUT_A = Subject(SubjectKind.BROADCAST, "a")
ALERT = Alert(
    key="a/late", subject=ABOUT_A, severity="warning", title="late", text="It is late.", cure="Look."
)


async def test_workers_sign_in_beat_and_sign_out(house: House) -> None:
    assert await house.store.last_worker_seen() is None
    me = Worker(id="w", host="h", pid=1, version="1", started_at=NOON, seen_at=NOON)
    await house.store.sign_in(me)
    await house.store.beat("w", NOON + HOUR)
    assert await house.store.last_worker_seen() == NOON + HOUR
    await house.store.sign_out("w", NOON + 2 * HOUR)
    assert await house.store.workers() == [replace(me, seen_at=NOON + 2 * HOUR, left_at=NOON + 2 * HOUR)]


async def test_terms_only_grow_and_the_reserve_outlives_them(house: House) -> None:
    assert await house.store.reserved("main") == "{}"
    assert await house.store.next_term("main", "w1") == 1
    await house.store.reserve("main", '{"a": 1}')
    assert await house.store.next_term("main", "w2") == 2
    assert await house.store.reserved("main") == '{"a": 1}'
    assert await house.store.next_term("other", "w2") == 1
    await house.store.reserve("third", "[]")
    assert await house.store.next_term("third", "w2") == 1


async def test_the_installation_tag_is_made_once_and_kept(house: House) -> None:
    tag = await house.store.installation_tag()
    assert len(tag) == 4
    assert tag.isalnum()
    assert await house.store.installation_tag() == tag
    assert await house.store.installation_tag(tag) == tag
    with pytest.raises(InstallationTagError, match="this database has"):
        await house.store.installation_tag("zz" + tag[:2][::-1] if tag[:2] != "zz" else "aaaa")


async def test_a_preferred_tag_is_taken_while_there_is_none(house: House) -> None:
    with pytest.raises(InstallationTagError, match="four characters"):
        await house.store.installation_tag("ABCDE")
    assert await house.store.installation_tag("ab3k") == "ab3k"
    assert await house.store.installation_tag() == "ab3k"


async def test_what_was_over_long_ago_is_forgotten_and_nothing_else(house: House) -> None:
    for id_ in ("old", "recent", "edited", "coming"):
        run = await house.taken_up(id_)
        if id_ != "coming":
            run = await house.saved(Save(run, replace(run, state=State.MISSED)))
            await house.saved(Save(run, replace(run, looked_back_at=NOON)))
    recent = await house.loaded("recent")
    await house.saved(Save(recent, replace(recent, looked_back_at=NOON + 30 * HOUR)))
    house.sql("UPDATE broadcasts SET title = 'B' WHERE id = 'edited'")
    await house.store.raise_alert(ALERT, NOON)
    while await house.store.forget(NOON + 24 * HOUR):
        pass
    assert {each.id for each in await house.store.overview()} == {"recent", "edited", "coming"}
    assert {key for (key,) in house.sql("SELECT key FROM rooms")} == {"recent", "edited", "coming"}
    assert house.sql("SELECT broadcast_id FROM unheeded") == [("edited",)]
    assert await house.store.journal("coming") == []
    assert [each.key for each in await house.store.open_alerts()] == [ALERT.key]


async def test_the_latest_term_of_each_group_is_told(house: House) -> None:
    await house.store.next_term("*", "first")
    await house.store.next_term("*", "second")
    assert await house.store.terms() == [LeaseRecord("*", "second", 2)]


async def test_the_version_of_the_schema_is_told(house: House) -> None:
    assert await house.store.revision() == NEWEST
