"""Who is to blame for an error of a database's driver, and what may be told of it."""

import re
from typing import Any

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

_NOT_ITS_FAULT = frozenset({1, 20, 25})
"""SQLite's ERROR, MISMATCH and RANGE: the statement is wrong, the database is well."""
_CORRUPT = frozenset({11, 26})
"""SQLite's CORRUPT and NOTADB, which its driver files under DatabaseError."""

_AWAY = (
    "08",  # connection exception
    "28",  # not let in
    "40",  # transaction rolled back: deadlock, serialization
    "53",  # out of disk, memory, connections
    "57",  # shut down, starting up, statement timed out
    "58",  # a file of its own
    "XX",  # corrupted, or a bug of its own
    "25006",  # read-only, as after a failover
    "25P02",  # the transaction has failed already
    "25P03",  # the transaction was idle for too long
    "25P04",  # the transaction took too long
    "42501",  # not permitted: no statement of ours is, then
    "55P03",  # a lock that somebody else holds
)
"""How PostgreSQL's codes begin when the database is to blame: classes, and single codes of others."""

_LOCKED = "55P03"
_PLACE = re.compile(r"\(\d+,\d+\)")
"""Where a row lies: PostgreSQL tells it, in every language, when it is a row that it waited for."""

_WHERE = re.compile(r'^.*connection to server (at|on socket) "[^"]*"(, port \d+)? failed: ')
_NAMED = re.compile(r"""(host(?: name)?|certificate for|address|socket) ("[^"]*"|'[^']*')""")


def is_unavailable(error: DBAPIError) -> bool:
    """Whether the database is to blame, rather than the statement or its values."""
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return str(state).startswith(_AWAY)
    return _is_sqlite_away(error)


def is_locked_row(error: DBAPIError) -> bool:
    """Whether somebody else's lock on one row is to blame; one on a whole table keeps everything away."""
    if getattr(error.orig, "sqlstate", None) != _LOCKED:
        return False
    context = getattr(getattr(error.orig, "diag", None), "context", None)
    return _PLACE.search(context or "") is not None


def told(error: Exception) -> str:
    """Return what may be told of the cause: no password, and nothing of where the database is."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    said: Any = getattr(getattr(cause, "diag", None), "message_primary", None)
    if (getattr(cause, "sqlite_errorcode", 0) & 0xFF) in _CORRUPT:
        return f"{cause}: stop the worker, and restore a backup: `cuelight restore FILE`"
    if said or not hasattr(cause, "sqlstate"):
        return str(said or cause)
    return _without_address(str(cause))


def _is_sqlite_away(error: DBAPIError) -> bool:
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is None:
        return isinstance(error, OperationalError | InterfaceError)
    is_operational = isinstance(error, OperationalError)
    return (is_operational and (code & 0xFF) not in _NOT_ITS_FAULT) or (code & 0xFF) in _CORRUPT


def _without_address(text: str) -> str:
    """Return the first line of what libpq says when it cannot connect."""
    line = text.strip().partition("\n")[0]
    if "connection option" in line or "connection info string" in line:
        return "the database's URL has an option that is not known"
    return _NAMED.sub(r"\1", _WHERE.sub("", line))
