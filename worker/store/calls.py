"""One call of the store: what it asks of a connection, and what became of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from worker.store.errors import StoreUnavailableError, is_unavailable
from worker.store.writing import Undo

T = TypeVar("T")
Work = Callable[[Connection], T]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a call came to: a value, or the exception that it raises."""

    value: Any = None
    error: Exception | None = None

    def result(self) -> Any:
        """Return the value.

        Raises:
            Exception: the call's own.
        """
        if self.error is not None:
            raise self.error
        return self.value


def judged(connection: Connection, work: Work[Any]) -> Verdict:
    """Do the work within the transaction that is begun. What fails is undone, and harms no other work.

    Raises:
        DBAPIError: the database is unavailable, so the whole transaction is lost.
    """
    savepoint = connection.begin_nested()
    try:
        verdict = Verdict(work(connection))
    except Undo as undo:
        savepoint.rollback()
        return Verdict(undo.verdict)
    except Exception as error:
        if isinstance(error, DBAPIError) and is_unavailable(error):
            raise
        savepoint.rollback()
        return Verdict(error=error)
    savepoint.commit()
    return verdict


def unavailable(error: Exception) -> StoreUnavailableError:
    """Return the error as callers of the store know it, the cause in it."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    found = StoreUnavailableError(f"the database does not answer: {cause}")
    found.__cause__ = error
    return found
