"""Rows that workers alone write, read one by one: a bad one is an error for itself alone."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import structlog
from sqlalchemy import Table

from worker.store.engine.columns import Garbled
from worker.store.errors import GarbledRowError

log = structlog.get_logger(__name__)

LOGGED = 10
"""So many rows that cannot be read have a line each; in a damaged database they are many, and read often."""

T = TypeVar("T")
Row = Mapping[Any, Any]


def read(table: Table, row: Row, parse: Callable[[Row], T]) -> T:
    """Return what the row says.

    Raises:
        GarbledRowError: it says what no worker wrote.
    """
    try:
        for name, value in row.items():
            if isinstance(value, Garbled):
                raise GarbledRowError(table.name, _key(row), f"{name} is {value.found}")
        return parse(row)
    except (TypeError, ValueError) as error:
        raise GarbledRowError(table.name, _key(row), str(error)) from None


def legible(table: Table, rows: Iterable[Row], parse: Callable[[Row], T]) -> list[T]:
    """Return what the rows say that can be read; the others are logged."""
    found, garbled = [], list[GarbledRowError]()
    for row in rows:
        try:
            found.append(read(table, row, parse))
        except GarbledRowError as error:
            garbled.append(error)
    for each in garbled[:LOGGED]:
        log.error("garbled_row", table=table.name, reason=str(each))
    if len(garbled) > LOGGED:
        log.error("garbled_rows", table=table.name, others=len(garbled) - LOGGED)
    return found


def sound(value: Any) -> Any:
    """Return the value, or None in the place of a garbled one."""
    return None if isinstance(value, Garbled) else value


def _key(row: Row) -> object:
    return next(iter(row.values()))
