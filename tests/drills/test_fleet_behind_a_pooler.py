"""Two workers that reach PostgreSQL through a real PgBouncer in transaction mode."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.drills.fleet import TAKEN_OVER_WITHIN, entered_at, fleet
from tests.drills.judge import STOPPED_WITHIN, judged
from tests.drills.scene import journal, someone
from tests.support.pooler import PROGRAM, pooled
from tests.support.postgres import Postgres
from tests.support.processes import soon, utc_now

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(PROGRAM is None, reason="pgbouncer is not installed here: apt-get install pgbouncer"),
]


def test_one_airs_and_another_takes_over_and_stops_when_it_is_killed(
    tmp_path: Path, postgres: Postgres
) -> None:
    with (
        fleet(tmp_path, postgres, {"stop_to_offline_s": 4}) as f,
        pooled(postgres, f.database) as address,
    ):
        f.settings["CUELIGHT_DATABASE_URL"] = address
        first, second = f.start(2)
        with someone(f.provider, first):
            first.insert("show", soon(3), soon(28), prepare="1m")
            first.await_state("show", "live")
            killed_at = utc_now()
            first.kill()
            taken = entered_at(second) - killed_at
            second.await_state("show", "ended", within=90)
        found = judged(
            f.provider, second.status()["show"], journal(second), entered_at(second), taken.total_seconds()
        )
        f.stack.close()
    assert found.faults == ()
    assert taken < timedelta(seconds=TAKEN_OVER_WITHIN)
    assert found.stop_late < STOPPED_WITHIN
