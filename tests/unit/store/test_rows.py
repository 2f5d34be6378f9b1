"""What is typed into a row and what it means: the reader and the triggers agree."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import psycopg
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config.bounds import LONGEST_JSON
from config.meeting import SET_BY_US
from config.secret_fields import objections
from jobs.contact import Contact
from jobs.model import Broadcast, GoLive, Host, RoomUse, Unreadable, Window
from tests.support.clock import NOON
from tests.support.postgres import Postgres
from worker.store.opening import inline
from worker.store.queries import documents, json_text, rows
from worker.store.schema.migrations.first_triggers_sqlite import STATEMENTS
from worker.store.schema.migrations.typed_instants import SQLITE

FIRST, LAST = datetime(2000, 1, 2), datetime(2199, 12, 29)  # noqa: DTZ001 - bounds of local times
INSTANTS = st.datetimes(FIRST, LAST, timezones=st.just(UTC))
DURATIONS = st.integers(0, 366 * 86_400).map(lambda seconds: timedelta(seconds=seconds))
LINES = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=30)
IDS = st.from_regex(
    r"\A((?!-)[a-z0-9._:-]{1,64}|[a-z][a-z0-9-]{0,39}@[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{4})?(\.[0-9])?)\Z",
    fullmatch=True,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | LINES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(LINES, inner, max_size=3),
    max_leaves=8,
)
LEADS = st.lists(st.integers(60, 366 * 86_400), min_size=1, max_size=8, unique=True).map(
    lambda found: tuple(timedelta(seconds=each) for each in sorted(found, reverse=True))
)
CONTACTS = st.builds(
    Contact,
    to=LINES.map(lambda text: f"mail:{text}"),
    leads=LEADS,
    zone=st.sampled_from(["", "UTC", "Asia/Tokyo"]),
)
HOSTS = st.builds(Host, id=LINES, name=LINES, preset=LINES, contact=st.none() | CONTACTS)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    starts_at = draw(INSTANTS.filter(lambda at: at.year < 2198))
    return Window(starts_at, starts_at + draw(st.timedeltas(timedelta(microseconds=1), timedelta(days=300))))


BROADCASTS = st.builds(
    Broadcast,
    id=IDS,
    title=LINES,
    window=windows(),
    account=LINES,
    entry=st.none() | LINES,
    go_live=st.sampled_from(GoLive),
    doors=DURATIONS,
    prepare=DURATIONS,
    live_within=DURATIONS,
    late_start=DURATIONS,
    overrun=st.integers(0, 14_400).map(lambda count: timedelta(seconds=count)),
    end_session=st.booleans(),
    keep_recording=st.booleans(),
    meeting=st.dictionaries(LINES, JSON, max_size=3),
    room=st.sampled_from(RoomUse),
    hosts=st.lists(HOSTS, max_size=3, unique_by=lambda host: host.id).map(tuple),
    cancelled=st.booleans(),
)


def test_an_overrun_of_more_than_four_hours_has_to_be_planned() -> None:
    wanted = Broadcast(id="a", title="A", window=Window(NOON, NOON + timedelta(hours=1)))
    assert rows.objection(replace(wanted, overrun=timedelta(hours=4))) == ""
    assert rows.objection(replace(wanted, overrun=timedelta(hours=5))) == "overrun: 5h is longer than 4h"


Triggered = Callable[[str], datetime | None]
"""What the triggers of a database make of an instant as typed."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def triggered(request: pytest.FixtureRequest) -> Iterator[Triggered]:
    is_file = request.param == "sqlite"
    with in_sqlite() if is_file else in_server(request.getfixturevalue("postgres")) as found:
        yield found


@contextmanager
def in_server(server: Postgres) -> Iterator[Triggered]:
    with server.database() as name, closing(psycopg.connect(server.dsn(name), autocommit=True)) as connection:
        connection.execute("INSERT INTO broadcasts (id, title, starts_at, ends_at) VALUES ('a', '', '', '')")

        def normalised(typed: str) -> datetime | None:
            write = "UPDATE broadcasts SET starts_at = %s RETURNING starts_utc"
            found = connection.execute(write, [typed]).fetchone()
            assert found
            copy: datetime | None = found[0]
            return copy and copy.astimezone(UTC)

        yield normalised


@contextmanager
def in_sqlite() -> Iterator[Triggered]:
    """A table of two columns under the project's own triggers would not do: this is the real one, bare."""
    connection = sqlite3.connect(":memory:")
    typed = "id TEXT PRIMARY KEY, starts_at TEXT, ends_at TEXT, version INT DEFAULT 1, created_at, changed_at"
    others = "title, account, entry, source, go_live, doors, prepare, live_within, late_start, end_session"
    rest = "meeting, room, hosts, cancelled, operator_fields, starts_utc, ends_utc"
    connection.execute(f"CREATE TABLE broadcasts ({typed}, {others}, {rest})")
    connection.execute("CREATE TABLE unheeded (broadcast_id TEXT PRIMARY KEY, version INT)")
    for statement in (*STATEMENTS, *SQLITE):
        connection.execute(statement)
    connection.execute("INSERT INTO broadcasts (id) VALUES ('a')")

    def normalised(typed: str) -> datetime | None:
        connection.execute("UPDATE broadcasts SET starts_at = ?", (typed,))
        found = connection.execute("SELECT starts_utc FROM broadcasts").fetchone()[0]
        return datetime.fromisoformat(found) if found else None

    yield normalised
    connection.close()


@given(BROADCASTS)
def test_a_document_gives_back_what_was_put_in(broadcast: Broadcast) -> None:
    decoded = documents.decode(documents.encode(broadcast))
    assert decoded == broadcast
    assert decoded.window.starts_at.tzinfo is decoded.window.ends_at.tzinfo is UTC


def test_a_document_of_a_later_release_is_read_without_what_is_not_known_yet() -> None:
    host = Host("anna", "Anna", "p", Contact("mail:anna@example.org"))
    broadcast = Broadcast(id="a", title="A", window=Window(NOON, NOON + timedelta(hours=1)), hosts=(host,))
    text = (
        documents.encode(broadcast).replace('"name":', '"later":[1],"name":').replace('"to":', '"l":{},"to":')
    )
    assert text.count("later") == text.count('"l":') == 1
    assert documents.decode(text) == broadcast


@given(BROADCASTS)
@example(
    Broadcast(
        id="a",
        title="A",
        window=Window(NOON, NOON + timedelta(hours=1)),
        meeting={"a": {"SECRET": "not here"}},
    )
)
def test_a_row_gives_back_what_was_put_in(broadcast: Broadcast) -> None:
    row = {**rows.columns(broadcast), "operator_fields": "[]", "source": "schedule"}
    if SET_BY_US & broadcast.meeting.keys() or any(objections(broadcast.meeting)):
        assert isinstance(rows.parse(row), Unreadable)
    else:
        assert rows.parse(row) == broadcast


@given(LINES)
def test_a_row_of_what_was_reopened_gives_back_its_room(key: str) -> None:
    wanted = replace(_any(), room=RoomUse.SHARED, reopened_in=key)
    row = {**rows.columns(wanted), "operator_fields": "[]", "source": "reopen"}
    assert rows.parse(row) == wanted
    assert wanted.room_key == key


@given(
    at=st.datetimes(FIRST, LAST),
    offset=st.integers(-14 * 60 - 59, 14 * 60 + 59),
    between=st.sampled_from("T "),
    precision=st.sampled_from(("minutes", "seconds", "milliseconds")),
)
def test_reader_and_triggers_read_the_same_instant(
    triggered: Triggered, at: datetime, offset: int, between: str, precision: str
) -> None:
    local = at.replace(tzinfo=timezone(timedelta(minutes=offset)))
    typed = local.isoformat(between, precision)
    expected = datetime.fromisoformat(typed).astimezone(UTC)
    assert rows.instant(typed) == expected
    assert triggered(typed) == expected


PARTS = (
    "2026",
    "-",
    "02",
    "30",
    "T",
    " ",
    "24",
    "18",
    ":",
    "00",
    "59",
    "60",
    ".5",
    "Z",
    "z",
    "+",
    "01",
    "15",
)


@given(st.lists(st.sampled_from(PARTS), max_size=16).map("".join) | st.text(max_size=30))
def test_what_one_of_them_refuses_the_other_refuses_too(triggered: Triggered, typed: str) -> None:
    try:
        rows.instant(typed)
    except ValueError:
        if "\0" not in typed:  # PostgreSQL takes none, and SQLite's text ends there
            assert triggered(typed) is None
    else:
        assert triggered(typed) is not None


@pytest.mark.parametrize(
    "typed",
    [
        "2026-02-30T18:00Z",
        "2026-12-01T24:00Z",
        "2026-12-01T18:60Z",
        "2026-12-01T18:00:60Z",
        "2026-12-01T18:00",
        "2026-12-01",
        "2026-12-01T18:00+15:00",
        "2026-12-01T18:00+0100",
        "2026-12-01T18Z",
        "2026-W49-2T18:00Z",
        "1999-12-31T18:00Z",
        "9999-12-31T23:59Z",
        " 2026-12-01T18:00Z",
        "2026-12-01T18:00 Z",
        "",
    ],
)
def test_neither_reads_what_is_no_instant(triggered: Triggered, typed: str) -> None:
    with pytest.raises(ValueError, match=r"write it as|must be in|out of range|day is|hour"):
        rows.instant(typed)
    assert triggered(typed) is None


def test_nanoseconds_are_cut_to_microseconds() -> None:
    assert rows.instant("2026-12-01T12:00:00.123456789Z") == NOON.replace(microsecond=123456)


@pytest.mark.parametrize("triggered", ["postgresql"], indirect=True)
def test_postgresql_cuts_them_too_and_does_not_round_them(triggered: Triggered) -> None:
    assert triggered("2026-12-01T12:00:00.123456789Z") == NOON.replace(microsecond=123456)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"a": NaN}', "an infinite number"),
        ('{"a": [-1e999]}', "an infinite number"),
        ('{"a": 1, "a": 2}', "twice"),
        ('{"\\udc00": 1}', "a lone surrogate"),
        ('{"a": ' * 40 + "1" + "}" * 40, "too deeply"),
        ("{}" + " " * LONGEST_JSON, "at most"),
        ("nothing", "not JSON"),
    ],
)
def test_json_that_others_could_not_read_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        json_text.mapping(text)


@pytest.mark.parametrize("text", ["", "{}", '{"id": "a"}', "[]", "not JSON"])
def test_a_document_that_is_no_broadcast_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no broadcast"):
        documents.decode(text)


async def test_a_document_of_an_earlier_version_has_the_defaults_of_this_one() -> None:
    text = (
        '{"id": "a", "title": "A", "window":'
        ' {"starts_at": "2026-12-01T12:00:00Z", "ends_at": "2026-12-01T13:00:00Z"}}'
    )
    assert documents.decode(text) == Broadcast(
        id="a", title="A", window=Window(NOON, NOON + timedelta(hours=1))
    )


async def test_a_store_in_memory_makes_its_own_tables() -> None:
    store = inline()
    assert await store.unfinished(NOON) == []
    await store.close()


def test_the_message_of_a_fault_is_short_however_long_the_text() -> None:
    row: dict[str, Any] = {**rows.columns(_any()), "operator_fields": "[]", "source": "sql"}
    row["starts_at"] = "x" * 9_000
    found = rows.parse(row)
    assert isinstance(found, Unreadable)
    assert len(found.reason) < 200


def _any() -> Broadcast:
    return Broadcast(id="a", title="A", window=Window(NOON, NOON + timedelta(hours=1)))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-11-28 09:30:00+00", "2026-11-28T09:30:00Z"),
        ("2026-11-28 10:30:00.123456+01", "2026-11-28T09:30:00.123456Z"),
        ("2026-11-28 15:00:00.5+05:30", "2026-11-28T09:30:00.5Z"),
        ("2026-11-28T05:30-04", "2026-11-28T09:30Z"),
    ],
)
def test_an_instant_is_read_as_postgresql_writes_it(typed: str, meant: str) -> None:
    assert rows.instant(typed) == datetime.fromisoformat(meant)


@pytest.mark.parametrize("typed", ["2026-11-28 09:30:00", "2026-11-28 09:30", "2026-11-28"])
def test_one_without_an_offset_is_refused_in_that_form_too(typed: str) -> None:
    with pytest.raises(ValueError, match="has no UTC offset"):
        rows.instant(typed)
