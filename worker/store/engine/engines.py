"""Connections to the database, set up as the rest of the package expects."""

from sqlalchemy import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError

from worker.store.engine import postgres, sqlite

BUSY_SECONDS = 1.5
"""So long a lock that somebody else holds is waited for."""

_ENGINES = {"sqlite": sqlite.open_engine, "postgresql": postgres.open_engine}


def open_engine(url: str, *, writes: bool, busy: float = BUSY_SECONDS) -> Engine:
    """Return an engine whose connections are not shared. `busy`: seconds to wait for somebody else's lock.

    Raises:
        ValueError: the URL names no database that can be used.
        StoreUnavailableError: the driver for it is not installed.
    """
    address = parsed(url)
    return _ENGINES[address.get_backend_name()](address, writes=writes, busy=busy)


def parsed(url: str) -> URL:
    """Return the URL in parts.

    Raises:
        ValueError: it is neither SQLite's nor PostgreSQL's. What it holds is not told: it may be a password.
    """
    try:
        address = make_url(_hosts_apart(url))
    except (ArgumentError, ValueError):
        raise ValueError(
            f"the database's URL cannot be read: {_CURE}, with %40 for @ and %2F for /"
        ) from None
    if address.get_backend_name() not in _ENGINES:
        raise ValueError(f"database {address.get_backend_name()!r}: {_CURE}")
    return address


_CURE = "write sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME"


def _hosts_apart(url: str) -> str:
    """Return a URL with several hosts, `h1:5432,h2:5432`, with each as a parameter of its own."""
    scheme, _, rest = url.partition("://")
    place, _, path = rest.partition("/")
    who, at, hosts = place.rpartition("@")
    if scheme != "postgresql" or "," not in hosts:
        return url
    name, _, query = path.partition("?")
    named = "&".join(f"host={each}" for each in hosts.split(","))
    return f"{scheme}://{who}{at}/{name}?{named}{'&' if query else ''}{query}"


def is_in_memory(url: str) -> bool:
    """Whether the database lasts no longer than its connection."""
    address = parsed(url)
    return is_sqlite(url) and address.database in (None, "", ":memory:")


def is_sqlite(url: str) -> bool:
    """Whether the database is a file, or in memory."""
    return parsed(url).get_backend_name() == "sqlite"
