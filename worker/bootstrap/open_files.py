"""How many files and connections the process may have open."""

import resource
from contextlib import suppress


def allow_as_many_as_may_be() -> None:
    """Raise the limit of open files as far as the system lets this process.

    The usual 1,024 are a relic of select(2), which nothing here uses. Where it is refused, it stays.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def of_files(wanted: int) -> int:
    """Return how many of these may be open: no more than a quarter of all files."""
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return wanted if most == resource.RLIM_INFINITY else min(wanted, most // 4)
