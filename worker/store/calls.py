"""One call of the store: what it asks of a connection, and what became of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, DBAPIError

from worker.store.blame import is_unavailable, told
from worker.store.errors import StoreUnavailableError, UnwritableError
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
        return Verdict(error=_typed(error))
    savepoint.commit()
    return verdict


def judged_alone(connection: Connection, work: Work[Any]) -> Verdict:
    """Do the work as all there is in the transaction that is begun: a savepoint would cost two more trips.

    Raises:
        DBAPIError: the database is unavailable.
    """
    try:
        return Verdict(work(connection))
    except Undo as undo:
        verdict = Verdict(undo.verdict)
    except Exception as error:
        if isinstance(error, DBAPIError) and is_unavailable(error):
            raise
        verdict = Verdict(error=_typed(error))
    connection.rollback()
    return verdict


def unavailable(error: Exception) -> StoreUnavailableError:
    """Return the error as callers of the store know it, the cause in it.

    A driver's own error goes no further: its text says where the database is.
    """
    found = StoreUnavailableError(f"the database does not answer: {told(error)}")
    if not isinstance(error, DBAPIError):
        found.__cause__ = error
    return found


def _typed(error: Exception) -> Exception:
    """Return what callers are told of a value that cannot be written: NUL, or half a character, in text."""
    match error:
        case UnicodeEncodeError():
            return UnwritableError(f"text that is no text: {error.reason} at {error.start}")
        case DataError():
            return UnwritableError(f"a value that no row can hold: {told(error)}")
        case _:
            return error
