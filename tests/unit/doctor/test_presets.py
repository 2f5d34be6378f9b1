"""A preset that hosts name and that is not there is told with the broadcasts that want it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jobs.model import Broadcast, Host, Window
from tests.support.clock import NOON
from tests.unit.doctor.service import CANARIES, Service, service
from tests.unit.doctor.test_command import cuelight, found_by
from worker.doctor.finding import Finding, Grade
from worker.doctor.presets import Wanted, look
from worker.kit.clock import SystemClock
from worker.provider.flavours import FLAVOURS
from worker.provider.transport import Transport
from worker.simulator import Fault
from worker.store.engine.engines import open_engine
from worker.store.schema import migration

SHOW = Broadcast(id="show", title="Show", window=Window(NOON, NOON + timedelta(hours=1)), account="main")


def with_host(preset: str, *ids: str) -> list[Broadcast]:
    return [replace(SHOW, id=each, hosts=(Host("h", "H", preset),)) for each in ids or ("show",)]


async def looked(real: Service, *broadcasts: Broadcast) -> list[Finding]:
    wanted, transport = Wanted(), Transport(deadline=2)
    wanted.add(broadcasts)
    found = await look(real.account, wanted, transport, SystemClock())
    await transport.close()
    assert not [each for each in CANARIES if each in str(found)]
    return found


@pytest.mark.parametrize("flavour", FLAVOURS)
async def test_presets_that_are_there_cost_one_read_each(flavour: str) -> None:
    with service(flavour=flavour) as real:
        hosts = [*with_host("webinar_presenter", "a", "b"), *with_host("webinar_viewer")]
        (found,) = await looked(real, *hosts)
        assert (found.check, found.verdict) == ("presets main", Grade.OK)
        assert [each.query["search"] for each in real.simulator.requests] == [
            "webinar_presenter",
            "webinar_viewer",
        ]


async def test_one_that_is_not_there_is_named_with_who_wants_it_and_what_was_meant() -> None:
    with service() as real:
        ids = [f"show-{number}" for number in range(5)]
        (found,) = await looked(real, *with_host("webinar_presentor", *ids), *with_host("webinar_viewer"))
    assert found.verdict is Grade.PROBLEM
    assert "'webinar_presentor', which hosts of show-0, show-1, show-2 and 2 more need" in found.text
    assert "did you mean webinar_presenter?" in found.text


async def test_a_name_within_a_name_is_not_that_preset() -> None:
    with service() as real:
        (found,) = await looked(real, *with_host("webinar"))
    assert found.verdict is Grade.PROBLEM


async def test_where_no_host_is_named_nobody_is_asked() -> None:
    with service() as real:
        (found,) = await looked(real, SHOW, replace(with_host("none")[0], account="other"))
        assert (found.verdict, real.asked()) == (Grade.SKIPPED, [])


async def test_a_provider_in_trouble_is_a_warning() -> None:
    with service() as real:
        real.simulator.script(Fault(path="/presets", status=503, times=9))
        (found,) = await looked(real, *with_host("webinar_viewer"))
    assert (found.verdict, "503" in found.text) == (Grade.WARNING, True)


def soon() -> str:
    return (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:00Z")  # noqa: TID251  A real run.


def schedule(folder: Path) -> Path:
    file = folder / "schedule.yaml"
    host = "{name: H, preset: nowhere, id: h}"
    file.write_text(
        "timezone: UTC\nbroadcasts:\n"
        f"  - {{key: filed, title: Filed, start: {soon()}, duration: 1h, hosts: [{host}]}}\n"
    )
    return file


def test_the_doctor_looks_at_what_is_in_the_database_and_in_the_file(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir(mode=0o700)
    url = f"sqlite:///{tmp_path / 'state' / 'cuelight.db'}"
    migration.migrate(url)
    with open_engine(url, writes=True).begin() as connection:
        insert = "INSERT INTO broadcasts (id, title, starts_at, ends_at, hosts) VALUES (?, 'S', ?, ?, ?)"
        hosts = '[{"id": "h", "name": "H", "preset": "nowhere"}]'
        end = soon().replace("00Z", "30Z")
        connection.exec_driver_sql(insert, ("stored", soon(), end, hosts))
    with service() as real:
        variables = {**real.variables, "CUELIGHT_SCHEDULE": str(schedule(tmp_path))}
        done = cuelight(tmp_path, "--json", **variables)
    told = found_by(done)["presets default"]
    assert (done.exit_code, told["verdict"]) == (1, "problem")
    assert "'nowhere', which hosts of filed, stored need" in told["text"]
