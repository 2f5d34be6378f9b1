"""Connections to PostgreSQL, straight or through a pooler that hands out another server at each transaction.

Nothing is left on the server between two transactions: what a transaction needs is set as it begins, in the
same round trip. What a role or a server has as defaults (dates, time zone, isolation) makes no difference.
"""

from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

from worker.store.errors import StoreUnavailableError

_ISOLATION = {
    True: "ISOLATION LEVEL READ COMMITTED READ WRITE",
    False: "ISOLATION LEVEL REPEATABLE READ READ ONLY",
}
"""By whether it writes. Writes wait for each other's rows and see them anew; reads see one instant."""

_CONNECTION = {
    "autocommit": True,  # BEGIN is ours, together with the timeouts
    "prepare_threshold": None,
    "client_encoding": "utf8",
    "connect_timeout": 2,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""What a call that was given up leaves behind ends within some 10 s, even when the network swallows it."""


_LONGER = 1.15
"""A statement may take so much longer than `busy`."""
_FOR_A_ROW = 1 / 3
"""Part of `busy` that a write waits for another's lock: whatever shares its transaction waits as long."""


def open_engine(address: URL, *, writes: bool, busy: float) -> Engine:
    """Return an engine whose connections are not shared. `busy`: seconds a statement or a lock may take.

    Raises:
        StoreUnavailableError: the driver is not installed.
    """
    try:
        engine = create_engine(
            address.set(drivername="postgresql+psycopg"),
            poolclass=NullPool,
            connect_args=_CONNECTION,
            use_native_hstore=False,
            hide_parameters=True,
        )
    except ImportError:
        cure = "install it with: pip install 'cuelight[postgres]'"
        raise StoreUnavailableError(f"PostgreSQL needs a driver that is not installed; {cure}") from None
    begin = _beginning(writes=writes, busy=busy)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", lambda connection: _begin(connection, begin))
    return engine


def _beginning(*, writes: bool, busy: float) -> str:
    """Return what a transaction begins with. A lock that is missing is told as one, before anything else."""
    longest = round(busy * 1000 * _LONGER)
    limits = {
        "lock_timeout": round(busy * 1000 * (_FOR_A_ROW if writes else 1)),
        "statement_timeout": longest,
        "idle_in_transaction_session_timeout": longest,
        "datestyle": "ISO",
    }
    settings = (f"SET LOCAL {name} = {value}" for name, value in limits.items())
    return "; ".join([f"BEGIN {_ISOLATION[writes]}", *settings])


def _begin(connection: Connection, begin: str) -> None:
    connection.exec_driver_sql(begin)


def _prepare(connection: Any, _record: Any) -> None:
    """Have instants come as text, so that one which Python cannot hold spoils nothing but itself."""
    from psycopg.types.string import TextLoader  # noqa: PLC0415 - the driver is an extra

    connection.adapters.register_loader("timestamptz", TextLoader)
