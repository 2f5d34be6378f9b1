"""Another session holds rows of a PostgreSQL (law 9): what is not theirs goes on, and all ends on time."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

import psycopg
import pytest

from tests.drills.fleet import Fleet, fleet
from tests.drills.judge import instant
from tests.support.postgres import Postgres
from tests.support.processes import Provider, Worker, soon, wait_until

pytestmark = pytest.mark.processes

OTHERS = ("one", "two", "three")
MANY = pytest.mark.skipif(int(os.environ.get("N", "1")) < 10, reason="make drills runs it")
LASTS = 16.0
"""Seconds from the beginning to the end of all but the fresh one."""
LATE_AT_MOST = 2.0
"""Seconds from an end to its stop, whatever is held."""

FRESH = "SELECT FROM broadcasts WHERE id = 'fresh' FOR UPDATE"
LIVE = "SELECT FROM runs WHERE id = 'held' FOR UPDATE"
ITS_ROOM = "SELECT FROM rooms WHERE key = 'held' FOR UPDATE"


@contextmanager
def held(f: Fleet, *statements: str) -> Iterator[None]:
    """Hold the rows that these select, until the end."""
    with psycopg.connect(f.server.dsn(f.database)) as connection:
        for statement in statements:
            assert connection.execute(statement).rowcount == 1
        yield
        connection.rollback()


@pytest.mark.long
@pytest.mark.parametrize(
    "is_held", [pytest.param(False, marks=MANY, id="nothing_held"), pytest.param(True, id="rows_held")]
)
def test_rows_that_another_session_holds_delay_no_other_show_and_no_stop(
    tmp_path: Path, postgres: Postgres, record_property: Callable[[str, object], None], *, is_held: bool
) -> None:
    with fleet(tmp_path, postgres, {"crowd": True}) as f:
        host = f.add()
        ends_at = soon(LASTS)
        host.insert("fresh", soon(4), soon(3 * LASTS), prepare="1m", late_start="1s")
        with held(f, FRESH) if is_held else nullcontext():
            host.start()
            for each in (*OTHERS, "held"):
                host.insert(each, soon(3), ends_at, prepare="1m")
            await_all(host, OTHERS, "live")
            host.await_state("held", "live")
            with held(f, LIVE, ITS_ROOM) if is_held else nullcontext():
                stops = wait_until("all are stopped", lambda: first_stops(f.provider), within=60)
                await_all(host, OTHERS, "ended")
                assert (host.state("fresh") is None) == is_held
                assert (host.state("held") == "live") == is_held
            host.await_state("held", "ended", within=30)
        host.await_state("fresh", "ended", within=60)
        assert host.status()["fresh"]["live_at"]
        late = max((instant(each) - ends_at).total_seconds() for each in stops)
        what = "rows held" if is_held else "no row held"
        record_property("drill", (f"stopped after the end, with {what}", late))
        assert 0 <= late < LATE_AT_MOST


def await_all(host: Worker, shows: Sequence[str], state: str) -> None:
    for each in shows:
        host.await_state(each, state)


def first_stops(provider: Provider) -> list[str] | None:
    """Return when the first stop of each came, but for the fresh one; None: not all are stopped yet."""
    (fresh,) = [each["id"] for each in provider.meetings("Fresh")] or [""]
    first: dict[str, str] = {}
    for call in provider.calls("POST", "/active-livestream/stop"):
        if not fresh or fresh not in call["path"]:
            first.setdefault(call["path"], call["received_at"])
    return list(first.values()) if len(first) == len(OTHERS) + 1 else None
