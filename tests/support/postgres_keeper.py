"""Ends a test's PostgreSQL and removes its folder when nobody holds it: started as `python FILE FOLDER`.

Whoever uses the server has the FIFO `held` in its folder open. However they end, the system closes it.
"""

import os
import select
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

PATIENCE = 10.0
"""Seconds that a server may take to end by itself."""


def members(data: Path) -> list[int]:
    """Return the processes that work on this data: all of them have it as their working folder."""
    return [int(each.parent.name) for each in Path("/proc").glob("[0-9]*/cwd") if _is_link_to(each, data)]


def postmaster(data: Path) -> int | None:
    """Return the process that leads them, if it runs."""
    with suppress(OSError, ValueError, IndexError):
        pid = int((data / "postmaster.pid").read_text(encoding="utf-8").split("\n")[0])
        return pid if pid in members(data) else None
    return None


def signalled(pids: list[int], number: signal.Signals) -> Iterator[int]:
    """Send a signal; yield a descriptor for each that is readable when its process is over."""
    for pid in pids:
        with suppress(ProcessLookupError):
            descriptor = os.pidfd_open(pid)
            os.kill(pid, number)
            yield descriptor


def over(descriptors: list[int], within: float = PATIENCE) -> None:
    """Wait until these processes are over; not for ever."""
    for descriptor in descriptors:
        select.select([descriptor], [], [], within)
        os.close(descriptor)


def end(data: Path) -> None:
    """End the server, gently if it lets us: killed, it leaves a piece of shared memory behind."""
    leader = postmaster(data)
    if leader is not None:
        asked = list(signalled([leader], signal.SIGQUIT))
        over([*asked, *signalled(members(data), signal.SIGCONT)])
    over(list(signalled(members(data), signal.SIGKILL)))


def _is_link_to(link: Path, target: Path) -> bool:
    try:
        return link.readlink() == target
    except OSError:
        return False


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    with (folder / "held").open("rb") as held:
        sys.stdout.flush()
        os.close(sys.stdout.fileno())
        held.read()
    end(folder / "data")
    shutil.rmtree(folder, ignore_errors=True)
