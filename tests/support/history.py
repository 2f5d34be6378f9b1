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

    def at(self, seconds: str) -> str:
        return self.instant.format(f"({seconds})")

    def window(self) -> tuple[str, str]:
        return self.typed.format("s"), self.typed.format("e")


_DIALECTS: Mapping[bool, _Dialect] = {
    True: _Dialect(
        "strftime('%Y-%m-%dT%H:%M:%S.000000Z', {0}, 'unixepoch')",
        "strftime('%Y-%m-%dT%H:%M:%SZ', {0}, 'unixepoch')",
    ),
    False: _Dialect(
        "to_timestamp({0})",
        """to_char(to_timestamp({0}) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')""",
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


@dataclass(frozen=True, slots=True)
class _Rows:
    """What is written into a table for each broadcast, or for those that the rest leaves."""

    table: str
    columns: str
    values: str
    rest: str = ""

    def insert(self, broadcasts: str) -> str:
        return (
            f"INSERT INTO {self.table} ({self.columns}) {broadcasts} SELECT {self.values} FROM b {self.rest}"  # noqa: S608 - made of what stands here
        )


def _statements(d: _Dialect, count: int, until: datetime) -> Iterator[str]:
    """Yield one for each table."""
    numbered = _numbered(count, until)
    yield _broadcasts(d).insert(numbered)
    yield "DELETE FROM unheeded WHERE broadcast_id LIKE 'show-1%'"
    for rows in (_ROOMS, _HOSTS, _runs(d), _attempts(d), _journal(d), _alerts(d), _requests(d), _workers(d)):
        yield rows.insert(numbered)


def _numbered(count: int, until: datetime) -> str:
    """Return the broadcasts as `b`: `n` counts them, `s` and `e` are their windows in seconds."""
    last = int((until - LASTS).timestamp())
    step = max(1, int(OVER.total_seconds()) // count)
    length = int(LASTS.total_seconds())
    return (
        f"WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < {count}), "  # noqa: S608 - as above
        f"b(n, id, room, s, e) AS (SELECT n, 'show-' || ({_FIRST} + n), "
        f"CASE WHEN n % {SHARED} = 0 THEN 'entry/nightly' ELSE 'show-' || ({_FIRST} + n) END, "
        f"{last} - ({count} - n) * {step}, "
        f"{last} - ({count} - n) * {step} + {length} FROM n)"
    )


def _times(most: int) -> str:
    """Return what makes so many rows of each, which `k` counts."""
    each = " UNION ALL ".join(f"SELECT {k} AS k" for k in range(1, most + 1))
    return f"CROSS JOIN ({each}) AS each_of"


def _broadcasts(d: _Dialect) -> _Rows:
    starts_at, ends_at = d.window()
    return _Rows(
        "broadcasts",
        "id, title, starts_at, ends_at, source, entry, room, hosts",
        f"id, 'Nightly news', {starts_at}, {ends_at}, "
        f"CASE WHEN n % {SHARED} = 0 THEN 'schedule' ELSE 'sql' END, "
        f"CASE WHEN n % {SHARED} = 0 THEN 'nightly' END, "
        f"CASE WHEN n % {SHARED} = 0 THEN 'shared' ELSE 'own' END, '[]'",
    )


_ROOMS = _Rows(
    "rooms",
    "key, account, marker, meeting_id, doors, title, version",
    "room, 'default', ' [ab3k-' || n || ']', 'meeting-' || n, 'closed', 'Nightly news', 9",
    f"WHERE n % {SHARED} <> 0 OR n = {SHARED}",
)
_HOSTS = _Rows(
    "hosts",
    "room_key, host_id, name, preset, participant_id",
    "room, 'host-' || k, 'Studio', 'webinar_presenter', 'participant-' || n || '-' || k",
    f"{_times(HOSTS)} WHERE n % {SHARED} <> 0",
)


def _runs(d: _Dialect) -> _Rows:
    named = "replace(:document, 'THE-ID', id)"
    starts_at, ends_at = d.window()
    document = (
        f"replace(replace({named}, '2001-01-01T00:00:00Z', {starts_at}), '2002-02-02T00:00:00Z', {ends_at})"
    )
    return _Rows(
        "runs",
        "id, state, entered_at, version, why, room_key, accepted, starts_at, ends_at, round_at, live_at,"
        " off_wanted_at, closed_at, off_at, looked_back_at",
        f"id, 'ended', {d.at('e + 6')}, 20, 'proven off', room, {document}, "
        f"{d.at('s')}, {d.at('e')}, "
        f"{d.at('s - 86400')}, {d.at('s + 9')}, {d.at('e')}, "
        f"{d.at('e + 2')}, {d.at('e + 6')}, {d.at('e + 66')}",
    )


def _attempts(d: _Dialect) -> _Rows:
    return _Rows(
        "attempts",
        "run_id, room_key, kind, began_at, answered_at, outcome, detail",
        f"id, room, CASE k WHEN 1 THEN "
        f"CASE WHEN n % {SHARED} = 0 AND n > {SHARED} THEN 'edit' ELSE 'create' END "
        "WHEN 2 THEN 'shut' WHEN 3 THEN 'open' WHEN 4 THEN 'stop' "
        f"ELSE 'close' END, {d.at('s + k')}, {d.at('s + k + 1')}, 'done', ''",
        _times(ATTEMPTS),
    )


def _journal(d: _Dialect) -> _Rows:
    return _Rows(
        "journal",
        "run_id, at, kind, who, before, after, why",
        f"id, {d.at('s + k')}, 'move', 'host/1-ab12', 'ready', 'starting', 'the window is open: step ' || k",
        _times(NOTES),
    )


def _alerts(d: _Dialect) -> _Rows:
    return _Rows(
        "alerts",
        "key, run_id, subject_kind, subject_id, severity, title, text, cure, raised_at, resolved_at",
        "id || '/nobody_here', id, 'broadcast', id, 'warning', 'nobody_here', 'nobody has come', 'Call.',"
        f" {d.at('s + 120')}, {d.at('s + 300')}",
    )


def _requests(d: _Dialect) -> _Rows:
    return _Rows(
        "requests",
        "kind, broadcast_id, argument, by, asked_at, answer, answered_at",
        f"'stop', id, '', 'me', {d.at('e - 9')}, 'stop asked for', {d.at('e - 8')}",
    )


def _workers(d: _Dialect) -> _Rows:
    return _Rows(
        "workers",
        "id, host, pid, version, started_at, seen_at, left_at",
        f"'host/' || n, 'host', n, '1', {d.at('s')}, {d.at('e')}, {d.at('e')}",
        f"WHERE n <= {WORKERS}",
    )
