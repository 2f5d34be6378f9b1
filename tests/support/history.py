"""A database of years: broadcasts that are long over, with all that is kept of each, written in bulk.

Other rows are left alone. Both databases do it by themselves, in one statement for each table: of 60,000
broadcasts there are two million rows.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, text

from jobs.model import Broadcast, Window
from worker.store.engine.engines import is_sqlite, open_engine
from worker.store.queries import documents

OVER = timedelta(days=380)
"""From the first of them to the last: what is kept, `CUELIGHT_KEEP`, is a little more."""
LASTS = timedelta(minutes=30)
SHARED = 10
"""One in so many is of the one entry whose occurrences share a room."""
NOTES, ATTEMPTS, HOSTS = 15, 8, 2
"""Rows of the journal, calls, and hosts of each."""
WORKERS = 400
"""Processes that worked once."""

_FIRST = 1_000_000
"""So that ids have one length, and are in the order of time."""


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How a database makes instants of seconds, as its columns keep them and as people type them."""

    instant: str
    typed: str
    true: str


_DIALECTS: Mapping[bool, _Dialect] = {
    True: _Dialect(
        "strftime('%Y-%m-%dT%H:%M:%S.000000Z', {0}, 'unixepoch')",
        "strftime('%Y-%m-%dT%H:%M:%SZ', {0}, 'unixepoch')",
        "1",
    ),
    False: _Dialect(
        "to_timestamp({0})",
        """to_char(to_timestamp({0}) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')""",
        "true",
    ),
}


def nth(number: int) -> str:
    """Return the id of the n-th of them, the oldest being the first."""
    return f"show-{_FIRST + number}"


def fill(url: str, count: int, until: datetime) -> None:
    """Write so many that are over, the last of them by `until`; the database has its tables already."""
    engine = open_engine(url, writes=True, busy=600)
    with engine.begin() as connection:
        for statement in _statements(_DIALECTS[is_sqlite(url)], count, until):
            connection.execute(text(statement), _document(statement))
    if not is_sqlite(url):
        with engine.connect() as connection, _alone(connection):
            connection.exec_driver_sql("ANALYZE")
    engine.dispose()


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    with connection.begin():
        yield


def _document(statement: str) -> dict[str, str]:
    """Return what a run keeps of its row, with a name and two instants to be put in."""
    if ":document" not in statement:
        return {}
    window = Window(datetime(2001, 1, 1, tzinfo=UTC), datetime(2002, 2, 2, tzinfo=UTC))
    return {"document": documents.encode(Broadcast(id="THE-ID", title="Nightly news", window=window))}


def _statements(d: _Dialect, count: int, until: datetime) -> Iterator[str]:
    """Yield one for each table; `n` counts the broadcasts, `s` and `e` are their windows in seconds."""
    last = int((until - LASTS).timestamp())
    step = max(1, int(OVER.total_seconds()) // count)
    length = int(LASTS.total_seconds())
    numbered = (
        f"WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {count}), "  # noqa: S608 - made of what stands here
        f"b(n, id, room, s, e) AS (SELECT n, 'show-' || ({_FIRST} + n), "
        f"CASE WHEN n % {SHARED} = 0 THEN 'entry/nightly' ELSE 'show-' || ({_FIRST} + n) END, "
        f"{last} - ({count} - n) * {step}, "
        f"{last} - ({count} - n) * {step} + {length} FROM n)"
    )

    def at(seconds: str) -> str:
        return d.instant.format(f"({seconds})")

    def made(table: str, columns: str, values: str, rest: str = "") -> str:
        return f"INSERT INTO {table} ({columns}) {numbered} SELECT {values} FROM b {rest}"  # noqa: S608 - as above

    def times(most: int) -> str:
        each = " UNION ALL ".join(f"SELECT {k} AS k" for k in range(1, most + 1))
        return f"CROSS JOIN ({each}) AS each_of"

    typed = d.typed.format("s"), d.typed.format("e")
    yield made(
        "broadcasts",
        "id, title, starts_at, ends_at, source, entry, room, hosts",
        f"id, 'Nightly news', {typed[0]}, {typed[1]}, "
        f"CASE WHEN n % {SHARED} = 0 THEN 'schedule' ELSE 'sql' END, "
        f"CASE WHEN n % {SHARED} = 0 THEN 'nightly' END, "
        f"CASE WHEN n % {SHARED} = 0 THEN 'shared' ELSE 'own' END, '[]'",
    )
    yield "DELETE FROM unheeded WHERE broadcast_id LIKE 'show-1%'"
    yield made(
        "rooms",
        "key, account, marker, meeting_id, doors, title, version",
        "room, 'default', ' [ab3k-' || n || ']', 'meeting-' || n, 'closed', 'Nightly news', 9",
        f"WHERE n % {SHARED} <> 0 OR n = {SHARED}",
    )
    yield made(
        "hosts",
        "room_key, host_id, name, preset, participant_id",
        "room, 'host-' || k, 'Studio', 'webinar_presenter', 'participant-' || n || '-' || k",
        f"{times(HOSTS)} WHERE n % {SHARED} <> 0",
    )
    named = "replace(:document, 'THE-ID', id)"
    document = f"replace(replace({named}, '2001-01-01T00:00:00Z', {{}}), '2002-02-02T00:00:00Z', {{}})"
    yield made(
        "runs",
        "id, state, entered_at, version, why, room_key, accepted, starts_at, ends_at, round_at, live_at,"
        " off_wanted_at, closed_at, off_at, looked_back_at",
        f"id, 'ended', {at('e + 6')}, 20, 'proven off', room, {document.format(*typed)}, "
        f"{at('s')}, {at('e')}, "
        f"{at('s - 86400')}, {at('s + 9')}, {at('e')}, {at('e + 2')}, {at('e + 6')}, {at('e + 66')}",
    )
    yield made(
        "attempts",
        "run_id, room_key, kind, began_at, answered_at, outcome, detail",
        f"id, room, CASE k WHEN 1 THEN "
        f"CASE WHEN n % {SHARED} = 0 AND n > {SHARED} THEN 'edit' ELSE 'create' END "
        "WHEN 2 THEN 'shut' WHEN 3 THEN 'open' WHEN 4 THEN 'stop' "
        f"ELSE 'close' END, {at('s + k')}, {at('s + k + 1')}, 'done', ''",
        times(ATTEMPTS),
    )
    yield made(
        "journal",
        "run_id, at, kind, who, before, after, why",
        f"id, {at('s + k')}, 'move', 'host/1-ab12', 'ready', 'starting', 'the window is open: step ' || k",
        times(NOTES),
    )
    yield made(
        "alerts",
        "key, run_id, subject_kind, subject_id, severity, title, text, cure, raised_at, resolved_at",
        "id || '/nobody_here', id, 'broadcast', id, 'warning', 'nobody_here', 'nobody has come', 'Call.',"
        f" {at('s + 120')}, {at('s + 300')}",
    )
    yield made(
        "requests",
        "kind, broadcast_id, argument, by, asked_at, answer, answered_at",
        f"'stop', id, '', 'me', {at('e - 9')}, 'stop asked for', {at('e - 8')}",
    )
    yield made(
        "workers",
        "id, host, pid, version, started_at, seen_at, left_at",
        f"'host/' || n, 'host', n, '1', {at('s')}, {at('e')}, {at('e')}",
        f"WHERE n <= {WORKERS}",
    )
