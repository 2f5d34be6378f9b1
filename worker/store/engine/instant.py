"""The database's own clock, alike in every dialect. What several workers share is timed by it alone."""

import sqlite3
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from worker.kit.clock import Clock, SystemClock
from worker.store.engine.columns import UTCDateTime, stamp

SQLITE_NAME = "cuelight_now"


class now_and(FunctionElement[Any]):  # noqa: N801 - it reads as the SQL function that it is
    """The instant so many seconds from now, as the database sees it when it gets there."""

    type = UTCDateTime()
    inherit_cache = True


@compiles(now_and, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"{SQLITE_NAME}({compiler.process(element.clauses, **options)})"


@compiles(now_and, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    seconds = compiler.process(element.clauses, **options)
    return f"(clock_timestamp() + make_interval(secs => {seconds}))"


def give_clock(connection: sqlite3.Connection, clock: Clock | None = None) -> None:
    """Let a connection to SQLite tell the time, which it cannot by itself to the microsecond."""
    told = clock or SystemClock()
    connection.create_function(SQLITE_NAME, 1, lambda seconds: stamp(told.now() + timedelta(seconds=seconds)))
