"""Begun minutes between two instants, reckoned by the database, alike in every dialect."""

from typing import Any

from sqlalchemy import Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

_BEGUN = 59.999
"""Seconds that make a begun minute a whole one; SQLite knows an instant to less than a millisecond."""


class begun_minutes(FunctionElement[Any]):  # noqa: N801 - it reads as the SQL function that it is
    """How many minutes are begun from the first instant to the second; 0 if none are between."""

    type = Integer()
    inherit_cache = True


@compiles(begun_minutes, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    begin, end = (compiler.process(each, **options) for each in element.clauses)
    return f"CAST((max(0, (julianday({end}) - julianday({begin})) * 86400) + {_BEGUN}) / 60 AS INTEGER)"


@compiles(begun_minutes, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    begin, end = (compiler.process(each, **options) for each in element.clauses)
    return f"CAST(floor((greatest(0, extract(epoch FROM {end} - {begin})) + {_BEGUN}) / 60) AS bigint)"
