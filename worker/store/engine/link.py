"""A connection that lasts: opened when it is needed, and anew when it was lost."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection, Engine, RootTransaction
from sqlalchemy.exc import DBAPIError


class Link:
    """One connection at a time. Not for two threads at once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Have a transaction; it is committed at the end, and rolled back if it is left by an error.

        Raises:
            DBAPIError: the database cannot be reached, or does not commit.
        """
        with self._begun():
            yield self.connection

    @property
    def connection(self) -> Connection:
        """The connection, opened if there is none."""
        if self._connection is None:
            self._connection = self._engine.connect()
        return self._connection

    @property
    def driver(self) -> Any:
        """The connection as its driver has it."""
        return self.connection.connection.driver_connection

    def drop(self) -> None:
        """Cut the connection without a word: what was begun on it is undone by the database."""
        with suppress(Exception):
            if self._connection is not None:
                self._connection.invalidate()
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        connection, self._connection = self._connection, None
        with suppress(Exception):
            if connection is not None:
                connection.close()

    def _begun(self) -> RootTransaction:
        """Begin. What was lost while nobody used it is replaced once: nothing was asked of it yet."""
        is_fresh = self._connection is None
        try:
            return self.connection.begin()
        except DBAPIError as error:
            if is_fresh or not error.connection_invalidated:
                raise
        self.drop()
        return self.connection.begin()
