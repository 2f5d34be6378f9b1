"""What every drill needs: somebody who comes in, and what the workers wrote."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.processes import Provider, Worker


def pause(seconds: float) -> None:
    threading.Event().wait(seconds)


@contextmanager
def someone(provider: Provider, host: Worker) -> Iterator[None]:
    """Have somebody who has the link, which is out from `ready` on, try the door until they are in."""
    gone = threading.Event()

    def come_in() -> None:
        while not gone.wait(0.5):
            if (meeting := linked(host)) and provider.joins(meeting):
                return

    guest = threading.Thread(target=come_in)
    guest.start()
    yield
    gone.set()
    guest.join()


def linked(host: Worker) -> str | None:
    found = host.sql(
        "SELECT rooms.meeting_id FROM runs JOIN rooms ON rooms.key = runs.room_key"
        " WHERE runs.state NOT IN ('planned', 'rejected')"
    )
    return found[0][0] if found else None


def journal(host: Worker) -> list[tuple[str, str]]:
    return host.sql("SELECT before, after FROM journal WHERE run_id = 'show' AND kind = 'move' ORDER BY id")


def is_frozen(host: Worker) -> bool:
    """Whether the kernel holds its process up."""
    assert host.process
    with open(f"/proc/{host.process.pid}/stat", encoding="utf-8") as stat:  # noqa: PTH123  A file of the kernel.
        return stat.read().rpartition(")")[2].split()[0] == "T"
