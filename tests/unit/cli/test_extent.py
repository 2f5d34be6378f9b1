"""`status` over years: a page for people, everything for programs."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.support import history
from worker.cli import main
from worker.kit.clock import SystemClock
from worker.store.history import PART
from worker.store.schema import migration
from worker.view.page import PAGE

COUNT = 2 * PAGE + 3
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder with two pages that are over, and a bit."""
    found = tmp_path_factory.mktemp("years")
    url = f"sqlite:///{found / 'cuelight.db'}"
    migration.migrate(url)
    history.fill(url, COUNT, SystemClock().now() - 2 * DAY)
    return found


def status(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["status", *arguments], env={"CUELIGHT_STATE_DIR": str(folder)})


def shown(done: Result) -> list[str]:
    return [word for word in done.output.split() if word.startswith("show-")]


def ids(first: int, last: int) -> list[str]:
    return [history.nth(number) for number in range(first, last + 1)]


def test_all_that_ever_was_is_shown_a_page_at_a_time_the_latest_first(folder: Path) -> None:
    first, third = status(folder, "--all"), status(folder, "--all", "--page", "3")
    assert shown(first) == ids(COUNT - PAGE + 1, COUNT)
    assert f"{PAGE + 3} more began earlier: `cuelight status --all --page 2`" in first.output
    assert shown(status(folder, "--all", "--page", "2")) == ids(4, 3 + PAGE)
    assert shown(third) == ids(1, 3)
    assert "began earlier" not in third.output


def test_what_matters_now_says_nothing_of_years(folder: Path) -> None:
    assert "no broadcasts" in status(folder).output
    assert json.loads(status(folder, "--json").output) == []


def test_a_program_is_told_all_of_it_unless_it_asks_for_a_page(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert PART > COUNT
    monkeypatch.setattr("worker.store.history.PART", 100)
    found = json.loads(status(folder, "--all", "--json").output)
    assert [each["id"] for each in found] == ids(1, COUNT)
    assert {"id", "title", "state", "starts_at", "off_at"} <= found[0].keys()
    page = json.loads(status(folder, "--all", "--json", "--page", "3").output)
    assert [each["id"] for each in page] == ids(1, 3)


def test_since_leaves_out_what_was_over_before(folder: Path) -> None:
    then = SystemClock().now() - 2 * DAY - 1.5 * history.OVER / COUNT
    found = status(folder, "--since", f"{then:%Y-%m-%dT%H:%M:%SZ}")
    assert shown(found) == ids(COUNT - 1, COUNT)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--page", "2"], 2, "--page goes with --all or --since"),
        (["--all", "--page", "0"], 2, "0 is not in the range"),
        (["--all", "--page", "4"], 1, f"no page 4: {COUNT} broadcasts fill 3"),
    ],
)
def test_a_page_that_is_not_there_is_told(folder: Path, arguments: list[str], code: int, told: str) -> None:
    done = status(folder, *arguments)
    assert done.exit_code == code
    assert told in done.output
