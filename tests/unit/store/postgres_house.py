"""A store on PostgreSQL to test with."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

import psycopg
from sqlalchemy import text

from tests.support.postgres import Postgres
from tests.unit.store.house import House, RefusedError


@dataclass
class PostgresHouse(House):
    """A database of its own on a server that tests share."""

    server: Postgres
    database: str
    no_instant: ClassVar[str] = "'infinity'"

    @property
    def url(self) -> str:
        return self.server.url(self.database)

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        try:
            return self.server.sql(statement.replace("?", "%s"), *values, database=self.database)
        except psycopg.IntegrityError as error:
            raise RefusedError(str(error)) from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        with self.held("LOCK TABLE runs IN EXCLUSIVE MODE"):
            yield

    @contextmanager
    def read_for_long(self) -> Iterator[None]:
        with self.held("SELECT count(*) FROM broadcasts"):
            yield

    @contextmanager
    def held(self, statement: str) -> Iterator[psycopg.Connection]:
        """Have somebody else begin a transaction with this statement, and leave it open."""
        with closing(psycopg.connect(self.server.dsn(self.database))) as connection:
            connection.execute(statement.encode())
            yield connection
            connection.rollback()


def scalar(statement: str) -> Any:
    """Return a call for a lane: it answers the one value that a statement finds."""
    return lambda connection: connection.execute(text(statement)).scalar()
