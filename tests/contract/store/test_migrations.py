"""Every migration over a database in which there is something in every table: nothing of it is lost."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, Table, insert, inspect, select, update

from jobs.ids import room_of_entry
from jobs.model import Broadcast
from jobs.subject import Subject
from tests.support.clock import NOON
from tests.support.databases import schema_of
from tests.support.postgres import Postgres
from worker.store.engine.engines import open_engine
from worker.store.opening import inline, threaded
from worker.store.queries.rows import parse
from worker.store.schema import migration
from worker.store.schema.tables import metadata

Rows = list[dict[str, Any]]
SHOW, WEEKLY, NEXT_WEEK = "show", "weekly@2026-12-01", "weekly@2026-12-08"
AGAIN, WEEKLY_AGAIN = f"{SHOW}.2", f"{WEEKLY}.2"


def wanted(id_: str, source: str, room: str = "own", entry: str | None = None) -> dict[str, Any]:
    times = {"starts_at": "2026-12-01T18:00Z", "ends_at": "2026-12-01T19:00Z"}
    return {"id": id_, "title": "A", "source": source, "room": room, "entry": entry, **times}


def room(key: str, held_by: str) -> dict[str, Any]:
    return {"key": key, "account": "default", "marker": f" [{key}]", "held_by": held_by, "version": 3}


def run(id_: str, state: str, room_key: str) -> dict[str, Any]:
    return {"id": id_, "state": state, "entered_at": NOON, "version": 5, "room_key": room_key}


def attempt(number: int, run_id: str, room_key: str) -> dict[str, Any]:
    about = {"kind": "create", "began_at": NOON, "outcome": "done"}
    return {"id": number, "run_id": run_id, "room_key": room_key, **about}


TOLD: dict[tuple[str, str | None], tuple[str | None, str | None]] = {
    ("show/not_off", SHOW): ("broadcast", SHOW),
    ("show/memory/not_off", SHOW): ("memory", SHOW),
    ("was/memory/not_off", SHOW): ("memory", SHOW),
    ("was/not_off", SHOW): ("broadcast", SHOW),
    ("database/not_off", "database"): ("broadcast", "database"),
    ("memory/not_off", "memory"): ("broadcast", "memory"),
    ("account/default/not_off", None): ("account", "default"),
    ("account/default/quota/not_off", None): ("quota", "default"),
    ("sweep/default/not_off", None): ("sweep", "default"),
    ("meeting/default/m-1/not_off", None): ("meeting", "default/m-1"),
    ("channel/1/not_off", None): ("channel", "1"),
    ("clock/not_off", None): ("clock", ""),
    ("clock/skew/not_off", None): ("clock", "skew"),
    ("database/database/not_off", None): ("database", "database"),
    ("worker/not_off", None): ("worker", ""),
    ("schedule/not_off", None): ("schedule", ""),
    ("schedule/weekly@2026-12-01/not_off", None): ("schedule", WEEKLY),
    ("leaving/not_off", None): ("leaving", ""),
    ("clocks/not_off", None): (None, None),
    ("k", None): (None, None),
}
"""Keys and runs of alerts, and what they are about; None: no worker has told it, and its key alone says."""
ALERT = {"severity": "warning", "title": "not_off", "text": "x", "cure": "c", "raised_at": NOON}
WORKER = {"host": "h", "pid": 1, "version": "1", "started_at": NOON, "seen_at": NOON}
FULL: dict[str, Rows] = {
    "broadcasts": [
        wanted(SHOW, "sql"),
        wanted(AGAIN, "reopen", "shared", SHOW),
        wanted(WEEKLY, "schedule", "shared", "weekly"),
        wanted(NEXT_WEEK, "schedule", "shared", "weekly"),
        wanted(WEEKLY_AGAIN, "reopen", "shared", "weekly"),
    ],
    "rooms": [room("show", AGAIN), room("weekly", WEEKLY)],
    "hosts": [
        {"room_key": each, "host_id": "studio", "name": "S", "preset": "p"} for each in ("show", "weekly")
    ],
    "runs": [
        run(SHOW, "ended", "show"),
        run(AGAIN, "live", "show"),
        run(WEEKLY, "live", "weekly"),
        run(WEEKLY_AGAIN, "planned", "weekly"),
    ],
    "attempts": [attempt(1, SHOW, "show"), attempt(2, WEEKLY, "weekly"), attempt(3, AGAIN, "show")],
    "requests": [{"id": 1, "kind": "stop", "broadcast_id": SHOW, "asked_at": NOON}],
    "schedules": [{"id": 1, "content_hash": "h", "text": "x", "applied_at": NOON, "by": "me"}],
    "entries": [{"key": "weekly", "document": "key: weekly", "revision": 1}],
    "journal": [{"id": 1, "run_id": SHOW, "at": NOON, "kind": "move", "who": "w", "after": "ended"}],
    "alerts": [{"id": n, "key": key, "run_id": run, **ALERT} for n, (key, run) in enumerate(TOLD, start=1)],
    "leases": [{"quota_group": "default", "holder": "w", "term": 7}],
    "workers": [{"id": "w", **WORKER}],
    "installation": [{"name": "tag", "value": "ab3k"}],
}
"""What a database of the first version holds; triggers fill `unheeded` by it."""


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A full database as the first migration left it."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'cuelight.db'}"
        fill(url)
        yield url
    else:
        server: Postgres = request.getfixturevalue("postgres")
        with server.database(template="template0") as name:
            fill(server.url(name))
            yield server.url(name)


def fill(url: str) -> None:
    config = migration._config()
    with open_engine(url, writes=True).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for name, rows in FULL.items():
            for each in rows:
                connection.execute(insert(metadata.tables[name]), each)


def found(url: str) -> dict[str, Rows]:
    """Return what is in each table that is there."""
    with open_engine(url, writes=False).begin() as connection:
        there = inspect(connection).get_table_names()
        return {name: content(connection, each) for name, each in metadata.tables.items() if name in there}


ADDED: dict[str, dict[str, Any]] = {
    "broadcasts": {"keep_recording": False, "notify": "{}", "overrun": "0s"},
    "runs": {"planned_end": None},
}
"""What a row of the first version has no column for, and what it says afterwards."""


def content(connection: Connection, table: Table) -> Rows:
    known = {each["name"] for each in inspect(connection).get_columns(table.name)}
    columns = [each for each in table.c if each.name in known]
    rows = connection.execute(select(*columns).order_by(*table.primary_key)).mappings()
    kept = [each for each in rows if each.get("name") != "oldest_schema"]
    return [{name: value for name, value in each.items() if name != "changed_at"} for each in kept]


def renamed(table: str, row: dict[str, Any]) -> dict[str, Any]:
    """Return the row as it is to be then: the same, under the new key of the room that is shared.

    An alert says besides what it is about.
    """
    if table == "alerts":
        kind, id_ = TOLD[row["key"], row["run_id"]]
        return {**row, "subject_kind": kind, "subject_id": id_}
    key, column = "weekly", {"rooms": "key", "broadcasts": "entry"}.get(table, "room_key")
    if row.get(column) != key or row.get("source") == "schedule":
        return row
    grown = {"version": row["version"] + 1} if "version" in row else {}
    return {**row, column: room_of_entry(key), **grown}


def test_migrating_a_full_database_loses_nothing(old: str) -> None:
    before = found(old)
    assert all(before.values()), "a table with nothing in it shows nothing"
    migration.migrate(old)
    assert schema_of(old) == migration.NEWEST
    after = found(old)
    versions = {each["id"]: each["version"] for each in after["broadcasts"]}
    assert {each["broadcast_id"]: each["version"] for each in after.pop("unheeded")} == versions
    for name, rows in after.items():
        expected = [renamed(name, each) | ADDED.get(name, {}) for each in before.get(name, ())]
        assert sorted(rows, key=str) == sorted(expected, key=str)


async def test_what_the_columns_say_an_alert_is_about_is_what_its_key_said_to_a_worker(old: str) -> None:
    """A worker of the version before goes on telling, and fills no columns."""
    migration.migrate(old)
    filled = await still_open(old)
    with open_engine(old, writes=True).begin() as connection:
        connection.execute(update(metadata.tables["alerts"]).values(subject_kind=None, subject_id=None))
    assert await still_open(old) == filled
    assert len(filled) == len(TOLD)


async def still_open(url: str) -> list[Subject]:
    store = inline(url) if url.startswith("sqlite") else threaded(url)
    found = await store.open_alerts()
    await store.close()
    return [each.subject for each in found]


def test_afterwards_every_row_asks_for_the_room_that_its_run_has(old: str) -> None:
    migration.migrate(old)
    after = found(old)
    used = {each["id"]: each["room_key"] for each in after["runs"]}
    wanted = {each["id"]: parse(each) for each in after["broadcasts"]}
    asked = {id_: each.room_key for id_, each in wanted.items() if isinstance(each, Broadcast)}
    assert asked == {**used, NEXT_WEEK: room_of_entry("weekly")}


def test_an_instant_that_was_refused_for_its_form_is_understood_then(old: str) -> None:
    row = {**wanted("late", "sql"), "starts_at": "2026-12-01 18:00:00+00"}
    with open_engine(old, writes=True).begin() as connection:
        connection.execute(insert(metadata.tables["broadcasts"]), row)
    (before,) = [each for each in found(old)["broadcasts"] if each["id"] == "late"]
    migration.migrate(old)
    (after,) = [each for each in found(old)["broadcasts"] if each["id"] == "late"]
    assert (before["starts_utc"], after["starts_utc"]) == (None, NOON + timedelta(hours=6))
    assert after["version"] == before["version"] + 1
