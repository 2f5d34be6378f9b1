"""Counts what SQLAlchemy executes. Apart from the count, for a contender that does without SQLAlchemy."""

from typing import Any

from sqlalchemy import Engine, event

from tests.performance.statements import Statements


def listen(counted: Statements, to: Engine | type[Engine] = Engine) -> None:
    """Count every execution, on any engine by default; commits are not among them.

    Many rows are given side by side (`executemany`), or all in one list of VALUES.
    """

    def executed(_connection: Any, _cursor: Any, statement: str, given: Any, *others: Any) -> None:
        _context, is_many = others
        is_one_list = is_many and not isinstance(given[0], tuple | dict)
        rows = statement.count("), (") + 1 if is_one_list else len(given)
        counted.count(rows if is_many else 1)

    event.listen(to, "before_cursor_execute", executed)
