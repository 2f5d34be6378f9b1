"""What the quota will not carry is told where a schedule is written, planned and looked after."""

import json
from datetime import timedelta
from pathlib import Path

from jobs.model import Broadcast, Window
from jobs.quota.budget import Budget
from jobs.quota.foreseen import CURE, Quotas
from jobs.run.lifecycle import State
from jobs.schedule.planned import Cancel, Existing, Plan, Rename, RowEdit
from tests.support.clock import NOON
from tests.support.command import cuelight
from worker.doctor.crowds import Crowds
from worker.doctor.database import look
from worker.doctor.finding import Finding, Grade
from worker.store.opening import threaded
from worker.store.schema.migration import migrate

FEW = {
    "CUELIGHT_ACCOUNTS__DEFAULT__FLAVOUR": "dyte",
    "CUELIGHT_ACCOUNTS__DEFAULT__ORG_ID": "o",
    "CUELIGHT_ACCOUNTS__DEFAULT__API_KEY": "canary-key",
    "CUELIGHT_ACCOUNTS__DEFAULT__CALLS_PER_5_MINUTES": "10",
}
"""Of ten calls two are kept for stops, and eight may open."""
OPENINGS = "2099-12-01 17:00Z to 17:01Z: 12 openings are due, the quota allows 8; the last opens about 5 min"


def written(folder: Path, count: int, first: int = 0) -> str:
    entries = "".join(
        f"  - key: show-{first + n:02}\n    title: Show\n    start: 2099-12-01T18:00\n    duration: 10h\n"
        for n in range(count)
    )
    file = folder / "schedule.yaml"
    file.write_text(f"timezone: Europe/Berlin\nbroadcasts:\n{entries}")
    return str(file)


def test_validate_remarks_on_a_crowd_at_the_first_entry_that_it_concerns(tmp_path: Path) -> None:
    file = written(tmp_path, 12)
    done = cuelight(tmp_path, "validate", file, **FEW)
    assert done.exit_code == 0
    assert f"{file}:5:5: warning: show-00: with 11 more, {OPENINGS}" in done.output
    assert f"{file}:5:5: warning: show-00: {CURE}" in done.output
    (first, *_) = json.loads(cuelight(tmp_path, "validate", file, "--json", **FEW).output)
    assert (first["line"], first["column"], first["severity"]) == (5, 5, "warning")
    assert OPENINGS in first["message"]


def test_validate_takes_the_usual_quota_where_no_account_is_set_up(tmp_path: Path) -> None:
    assert "warning" not in cuelight(tmp_path, "validate", written(tmp_path, 12)).output
    done = cuelight(tmp_path, "validate", written(tmp_path, 1000))
    assert "1,000 openings are due, the quota allows 810" in done.output


def test_validate_looks_at_what_repeats_as_far_as_the_horizon(tmp_path: Path) -> None:
    file = Path(written(tmp_path, 12))
    text = file.read_text().replace("2099", "2020").replace("10h", "10h\n    repeat: FREQ=DAILY")
    file.write_text(text)
    done = cuelight(tmp_path, "validate", str(file), CUELIGHT_HORIZON="48h", **FEW)
    assert 2 <= done.output.count("12 openings are due") <= 3


def test_plan_counts_what_is_in_the_database_beside_what_it_adds(tmp_path: Path) -> None:
    few = {"CUELIGHT_HORIZON": "36500d", **FEW}
    assert "openings" not in cuelight(tmp_path, "apply", written(tmp_path, 6), "--yes", **few).output
    for number in range(6):
        added = (
            "add",
            f"other-{number}",
            "--title",
            "Other",
            "--start",
            "2099-12-01T17:00Z",
            "--duration",
            "2h",
        )
        assert cuelight(tmp_path, *added, **few).exit_code == 0
    file = written(tmp_path, 6)
    done = cuelight(tmp_path, "plan", file, **few)
    assert f"! other-0: with 11 more, {OPENINGS}" in done.output
    assert "nothing to change" in done.output
    remarks = json.loads(cuelight(tmp_path, "plan", file, "--json", **few).output)["remarks"]
    assert OPENINGS in remarks[0]["text"]


def existing(name: str, state: State | None = None, hours: int = 0) -> Existing:
    window = Window(NOON + timedelta(hours=hours), NOON + timedelta(hours=hours + 1))
    return Existing(broadcast=Broadcast(id=name, title="Show", window=window), version=1, state=state)


def test_what_is_wanted_afterwards_is_what_stays_as_it_is_changed_and_what_is_added() -> None:
    stays, moved, gone, named = (existing(name) for name in ("stays", "moved", "gone", "named"))
    later, new = existing("moved", hours=5).broadcast, existing("new").broadcast
    plan = Plan(
        add=(new,),
        move=(RowEdit(moved, later, frozenset({"starts_at"})),),
        cancel=(Cancel(gone, "it is dropped"),),
        rename=(Rename(named, existing("renamed").broadcast),),
    )
    idle = [existing(state, state) for state in (State.ENDED, State.STOPPING, State.REJECTED)]
    found = plan.afterwards([stays, moved, gone, named, *idle, existing("past", hours=-2)], NOON)
    assert {each.id for each in found} == {"stays", "moved", "renamed", "new"}
    assert later in found


async def looked(folder: Path, count: int, horizon: timedelta) -> list[Finding]:
    database = folder / "cuelight.db"
    migrate(f"sqlite:///{database}")
    store = threaded(f"sqlite:///{database}")
    for number in range(count):
        await store.add(existing(f"show-{number:02}", hours=30).broadcast)
    await store.close()
    quotas = Quotas(budgets={"default": Budget(calls=10)})
    found = look(database, NOON, Crowds(quotas, horizon, NOON).look)
    return [each for each in found if each.check == "quota"]


async def test_doctor_warns_of_what_the_database_holds_for_the_coming_horizon(tmp_path: Path) -> None:
    first, *_ = await looked(tmp_path, 12, timedelta(days=2))
    assert first.verdict is Grade.WARNING
    assert "2026-12-02 18:00Z to 18:01Z: 12 openings are due, the quota allows 8;" in first.text
    assert first.cure == CURE


async def test_doctor_looks_no_further_than_the_horizon(tmp_path: Path) -> None:
    (found,) = await looked(tmp_path, 12, timedelta(days=1))
    assert (found.verdict, found.text) == (Grade.OK, "it is enough for the 0 of the next 1d")
