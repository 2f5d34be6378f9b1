"""Broadcasts as another system schedules them: rows of cuelight's own table."""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

_INSERT = "INSERT INTO broadcasts (id, title, starts_at, ends_at) VALUES (?, ?, ?, ?)"
_UNFINISHED = """
SELECT count(*) FROM broadcasts LEFT JOIN runs USING (id)
WHERE state IS NULL OR state NOT IN ('ended', 'missed', 'cancelled', 'rejected')
   OR (off_at IS NOT NULL AND looked_back_at IS NULL)
"""


def insert(database: Path, rows: Iterable[tuple[str, float, float]]) -> None:
    """Want these on air: title, start and end in epoch seconds."""
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.executemany(_INSERT, ((title, title, iso(start), iso(end)) for title, start, end in rows))


def unfinished(database: Path) -> int:
    """Return how many are not over, proven off and looked back at."""
    return int(_asked(database, _UNFINISHED)[0])


def taken_in(database: Path) -> int:
    """Return how many a worker has taken up."""
    return int(_asked(database, "SELECT count(*) FROM runs")[0])


def proven_at(database: Path) -> float | None:
    """Return when the last of them was proven off; None: none was."""
    (last,) = _asked(database, "SELECT max(off_at) FROM runs")
    return datetime.fromisoformat(last).timestamp() if last else None


def iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat().replace("+00:00", "Z")


def _asked(database: Path, statement: str) -> tuple[str, ...]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5)) as connection:
        found: tuple[str, ...] = connection.execute(statement).fetchone()
    return found
