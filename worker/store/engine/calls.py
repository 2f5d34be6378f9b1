"""One call of the store: what it asks of a connection, and what became of it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, groupby
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, DBAPIError

from worker.store.engine.driver_errors import is_locked_row, is_unavailable, told
from worker.store.engine.writing import Undo
from worker.store.errors import LockedError, StoreUnavailableError, UnwritableError

T = TypeVar("T")
W = TypeVar("W")
Work = Callable[[Connection], T]
"""What a call does. It may be undone and done again, so it changes nothing but the database."""


_ForAll = Callable[[Connection, Sequence[W]], Sequence[T]]


@dataclass(frozen=True, slots=True)
class Share(Generic[W, T]):
    """A part of what can be done for many at once: alone it is done for this one."""

    do: _ForAll[W, T]
    """Returns one result for each. If any fails, it raises, and all are undone."""
    what: W

    def __call__(self, connection: Connection) -> T:
        """Do it for this one."""
        (result,) = self.do(connection, [self.what])
        return result


@dataclass(frozen=True, slots=True)
class Result:
    """What a call came to: a value, or the exception that it raises."""

    value: Any = None
    error: Exception | None = None
    undone: bool = False
    """Whether what the call did has to be taken back."""

    def result(self) -> Any:
        """Return the value.

        Raises:
            Exception: the call's own.
        """
        if self.error is not None:
            raise self.error
        return self.value


def nothing(_: Connection) -> None:
    """Do nothing: the work of a call that nobody waits for."""


def judged(connection: Connection, work: Work[Any]) -> Result:
    """Do the work within the transaction that is begun. What fails is undone, and harms no other work.

    Raises:
        DBAPIError: the database is unavailable, so the whole transaction is lost.
    """
    savepoint = connection.begin_nested()
    verdict = _done(connection, work)
    if verdict.undone:
        savepoint.rollback()
    else:
        savepoint.commit()
    return verdict


def judged_alone(connection: Connection, work: Work[Any]) -> Result:
    """Do the work as all there is in the transaction that is begun: a savepoint would cost two more trips.

    Raises:
        DBAPIError: the database is unavailable.
    """
    verdict = _done(connection, work)
    if verdict.undone:
        connection.rollback()
    return verdict


def judged_together(connection: Connection, rounds: Iterable[Iterable[Work[Any]]]) -> list[Result] | None:
    """Do the works of each round, shares of the same at once, as all there is in the transaction.

    The first that fails ends it: everything is rolled back. If nothing was beside it, its verdict stands.
    None: something was, and each has to be done once more, at a savepoint of its own.

    Raises:
        DBAPIError: the database is unavailable.
    """
    verdicts: list[Result] = []
    for count, work in chain.from_iterable(map(_at_once, rounds)):
        done = _done(connection, work)
        if done.undone:
            connection.rollback()
            return [done] if count == 1 and not verdicts else None
        verdicts += map(Result, done.value)
    return verdicts


def _at_once(works: Iterable[Work[Any]]) -> Iterator[tuple[int, Work[Sequence[Any]]]]:
    """Put together the shares that stand side by side; return how many, and what does them all."""
    for do, those in groupby(works, key=lambda each: each.do if isinstance(each, Share) else None):
        if do is None:
            yield from ((1, partial(_in_list, work=each)) for each in those)
        else:
            whats = [each.what for each in those if isinstance(each, Share)]
            yield len(whats), partial(_for_all, do=do, whats=whats)


def _in_list(connection: Connection, work: Work[Any]) -> Sequence[Any]:
    return [work(connection)]


def _for_all(connection: Connection, do: _ForAll[Any, Any], whats: Sequence[Any]) -> Sequence[Any]:
    return do(connection, whats)


def _done(connection: Connection, work: Work[Any]) -> Result:
    try:
        return Result(work(connection))
    except Undo as undo:
        return Result(undo.verdict, undone=True)
    except Exception as error:
        if isinstance(error, DBAPIError) and is_unavailable(error) and not is_locked_row(error):
            raise
        return Result(error=_typed(error), undone=True)


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
            return UnwritableError(f"invalid text: {error.reason} at {error.start}")
        case DataError():
            return UnwritableError(f"a value that the database cannot store: {told(error)}")
        case DBAPIError() if is_locked_row(error):
            return LockedError(f"another session holds a lock on a row: {told(error)}")
        case _:
            return error
