"""Column types that neither lose an offset nor let one bad row spoil a whole SELECT."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, DateTime, Dialect, Integer, Text, TypeDecorator, func
from sqlalchemy import Boolean as SQLBoolean
from sqlalchemy.types import TypeEngine

Number = BigInteger().with_variant(Integer(), "sqlite")
"""Counts rows that are made for years. SQLite's integers are as large, and give ids by that name alone."""

_LENGTH = len("2026-12-01T18:00:00.000000Z")


@dataclass(frozen=True, slots=True)
class Garbled:
    """What a column of a row holds when it is not what it should be."""

    found: str


class UTCDateTime(TypeDecorator[Any]):
    """An instant. On SQLite text such as `2026-12-01T18:00:00.000000Z`, whose order is that of time.

    PostgreSQL's own type can hold what no datetime can, such as `infinity`.

    Reading gives an aware datetime in UTC, None, or Garbled: it never raises.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Keep text on SQLite, whose own type forgets the offset."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Refuse what has no offset.

        Raises:
            ValueError: the instant is naive.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} is a time without a UTC offset")
        return stamp(value) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | Garbled | None:
        """Return the instant, or what stands in its place."""
        return _instant(value) if dialect.name == "sqlite" else _told(value)


class Bounded(TypeDecorator[Any]):
    """Text that anybody writes, of which one character more is read than it may have.

    The database cuts it, so that rows of a megabyte each cost a reader neither the memory nor the time.
    """

    impl = Text
    cache_ok = True

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def column_expression(self, column: ColumnElement[Any]) -> ColumnElement[Any]:
        """Select the beginning."""
        return func.substr(column, 1, self.most + 1)


class Flag(TypeDecorator[Any]):
    """True or false. On SQLite 1 or 0; anything else that somebody wrote there is read as Garbled."""

    impl = SQLBoolean
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Keep a number on SQLite, which knows no other truth."""
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else SQLBoolean())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Write a number on SQLite."""
        return int(value) if dialect.name == "sqlite" else bool(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | Garbled | None:  # noqa: ARG002 - the base class names it
        """Return the truth, or what stands in its place."""
        return bool(value) if value in (0, 1) else Garbled(repr(value))


def stamp(instant: datetime) -> str:
    """Return the instant as SQLite keeps it."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _told(value: Any) -> datetime | Garbled | None:
    """Read an instant as PostgreSQL tells it, with an offset."""
    if value is None:
        return None
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return Garbled(repr(value)[:60])


def _instant(value: Any) -> datetime | Garbled | None:
    if value is None:
        return None
    try:
        if len(value) == _LENGTH and value.endswith("Z"):
            return datetime.fromisoformat(value)
    except (AttributeError, TypeError, ValueError):
        pass
    return Garbled(repr(value)[:60])
