"""What a contender on SQLAlchemy writes down: one transaction for each step."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Engine, MetaData, Table, Text, create_engine, event, insert, select, update

from worker.kit.clock import SystemClock

_TABLES = MetaData()
_RUNS = Table(
    "runs",
    _TABLES,
    Column("id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("entered_at", Text, nullable=False),
    Column("meeting_id", Text),
)
_JOURNAL = Table(
    "journal",
    _TABLES,
    Column("run_id", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("state", Text, nullable=False),
)
_CLOCK = SystemClock()


@dataclass(slots=True)
class Book:
    """As durable as cuelight's: WAL, synchronous FULL."""

    database: Path
    _engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        self._engine = create_engine(f"sqlite:///{self.database}")
        event.listen(self._engine, "connect", _prepare)
        _TABLES.create_all(self._engine)

    def add(self, titles: list[str]) -> None:
        rows = [{"id": title, "state": "planned", "entered_at": _stamp()} for title in titles]
        with self._engine.begin() as connection:
            connection.execute(insert(_RUNS), rows)

    def move(self, title: str, state: str, **columns: str) -> None:
        at = _stamp()
        with self._engine.begin() as connection:
            connection.execute(
                update(_RUNS).where(_RUNS.c.id == title).values(state=state, entered_at=at, **columns)
            )
            connection.execute(insert(_JOURNAL).values(run_id=title, at=at, state=state))

    def meeting(self, title: str) -> str:
        with self._engine.connect() as connection:
            return str(connection.scalar(select(_RUNS.c.meeting_id).where(_RUNS.c.id == title)))


def _prepare(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


def _stamp() -> str:
    return _CLOCK.now().isoformat()
