"""A store on SQLite to test with."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from tests.support.databases import fresh
from tests.unit.store.house import PATIENCE, House, RefusedError
from worker.store.opening import inline, threaded


@dataclass
class SqliteHouse(House):
    """A file."""

    path: Path
    no_instant: ClassVar[str] = "'noon'"

    @property
    def url(self) -> str:
        return f"sqlite:///{self.path}"

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        try:
            with closing(sqlite3.connect(self.path)) as connection, connection:
                return connection.execute(statement, values).fetchall()
        except sqlite3.IntegrityError as error:
            raise RefusedError(str(error)) from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        with self.held("BEGIN EXCLUSIVE"):
            yield

    @contextmanager
    def read_for_long(self) -> Iterator[None]:
        with self.held("BEGIN"):
            yield

    @contextmanager
    def held(self, begin: str) -> Iterator[None]:
        """Have somebody else hold a transaction."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            connection.execute(begin)
            connection.execute("SELECT count(*) FROM broadcasts").fetchall()
            yield
            connection.execute("ROLLBACK")


def on_thread(path: Path) -> SqliteHouse:
    """Open the store that a worker uses."""
    return SqliteHouse(threaded(fresh(path), patience=PATIENCE), path)


def at_once(path: Path) -> SqliteHouse:
    """Open the store that simulations use."""
    return SqliteHouse(inline(fresh(path), patience=PATIENCE), path)
