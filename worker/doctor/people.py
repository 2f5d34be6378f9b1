"""Who works with the database now, and who did last."""

import fcntl
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from worker.doctor.finding import Finding, ok, warning
from worker.doctor.reading import beside
from worker.store.queries.workers import known
from worker.store.standings import Worker

NAME = "worker"
SILENT_AFTER = timedelta(seconds=60)
"""A worker writes every 5 s that it works."""


def look(connection: Connection, database: Path, now: datetime) -> Iterator[Finding]:
    """Tell whether a worker holds the lease, and how the last one left."""
    last = next(iter(known(connection)), None)
    holder = holder_of(beside(database.resolve(), ".lock"))
    yield _idle(last) if holder is None else _working(holder, last, now)


def holder_of(lock: Path) -> str | None:
    """Return who holds the lease ('' for somebody unknown); None: nobody.

    A shared lock asks. It is let go of at once, for a worker that begins in this instant would be refused.
    """
    try:
        descriptor = os.open(lock, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        written = os.pread(descriptor, 20, 0).decode(errors="replace").strip()
        return written if written.isdigit() else ""
    finally:
        os.close(descriptor)
    return None


def _working(holder: str, last: Worker | None, now: datetime) -> Finding:
    who = f"process {holder}" if holder else "another process"
    if last is None or now - last.seen_at > SILENT_AFTER:
        text = f"{who} holds the lease, but was last heard from over {SILENT_AFTER.seconds} s ago"
        return warning(NAME, text, "Check it with `cuelight healthcheck`; restart it if it hangs.")
    ago = max(0.0, (now - last.seen_at).total_seconds())
    return ok(NAME, f"{who} holds the lease, last heard from {ago:.0f} s ago")


def _idle(last: Worker | None) -> Finding:
    if last is None:
        return ok(NAME, "none has ever run on this database; start one with `cuelight run`")
    at = f"{last.seen_at:%Y-%m-%d %H:%M:%SZ}"
    if last.left_at is None:
        text = f"none running; {last.id} was last heard from at {at} and did not shut down cleanly"
        return warning(NAME, text, "It was killed or crashed: see its log, and start it with `cuelight run`.")
    return ok(NAME, f"none running; {last.id} shut down at {at}")
