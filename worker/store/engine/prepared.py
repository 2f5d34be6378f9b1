"""Statements made ready once, for what is written at every step of every run.

SQLAlchemy finds out anew at each call what it compiled before, and how each value is bound. A statement that
is always the same has that written down: it costs half of the time.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, CursorResult, Delete, Dialect, Insert, Update

Values = Mapping[str, Any]


class Prepared:
    """A statement whose parameters are always the same ones: those in it, and the columns that it writes."""

    def __init__(self, statement: Insert | Update | Delete, *written: str) -> None:
        self._statement = statement
        self._written = written
        self._compiled: dict[str, _Compiled] = {}

    def execute(self, connection: Connection, values: Values) -> CursorResult[Any]:
        """Execute it. What it returns is as the driver gives it."""
        compiled = self._for(connection.dialect)
        return connection.exec_driver_sql(compiled.text, compiled.bound(values))

    def execute_many(self, connection: Connection, rows: Sequence[Values]) -> CursorResult[Any]:
        """Execute it for each of these, of which there is at least one; `rowcount` is that of all."""
        if len(rows) == 1:
            return self.execute(connection, rows[0])
        compiled = self._for(connection.dialect)
        return connection.exec_driver_sql(compiled.text, [compiled.bound(each) for each in rows])

    def _for(self, dialect: Dialect) -> "_Compiled":
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = _compiled(self._statement, self._written, dialect)
        return found


class _Compiled(NamedTuple):
    """A statement in the words of a dialect."""

    text: str
    parameters: tuple[tuple[str, Callable[[Any], Any] | None], ...]
    """In the order of their places: each name, and what the driver is given for a value."""
    is_positional: bool

    def bound(self, values: Values) -> Any:
        """Return the values as the driver takes them.

        Raises:
            KeyError: one is missing.
            ValueError: one is nothing that its column holds.
        """
        if self.is_positional:
            return tuple(
                [values[name] if bind is None else bind(values[name]) for name, bind in self.parameters]
            )
        return {name: values[name] if bind is None else bind(values[name]) for name, bind in self.parameters}


def _compiled(statement: Insert | Update | Delete, written: Sequence[str], dialect: Dialect) -> _Compiled:
    compiled = statement.compile(dialect=dialect, column_keys=list(written))
    names = compiled.positiontup if compiled.positiontup is not None else list(compiled.binds)
    binds = (
        (name, compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names
    )
    return _Compiled(str(compiled), tuple(binds), compiled.positiontup is not None)
