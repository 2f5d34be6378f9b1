"""Counts what SQLAlchemy executes. Apart from the count, for a contender that does without SQLAlchemy."""

from typing import Any

from sqlalchemy import Engine, event

from tests.performance.statements import Statements


def listen(counted: Statements, to: Engine | type[Engine] = Engine) -> None:
    """Count every execution, on any engine by default; commits are not among them."""

    def executed(_connection: Any, _cursor: Any, _statement: str, given: Any, *others: Any) -> None:
        _context, is_many = others
        counted.count(len(given) if is_many else 1)

    event.listen(to, "before_cursor_execute", executed)
