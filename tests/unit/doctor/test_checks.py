"""The checks that need no provider: versions, time zones, folder, schedule, pages, settings."""

import os
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, timedelta, tzinfo
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from config.settings import Http
from tests.support.clock import NOON
from tests.unit.doctor.service import service
from worker.doctor import folder, machine, pages, plans
from worker.doctor.finding import Grade

PLENTY = 10 * 1024**3


def plenty(_folder: Path) -> int:
    return PLENTY


def test_versions_are_told_and_an_old_python_is_a_problem() -> None:
    assert machine.versions().verdict is Grade.OK
    assert machine.versions().text.startswith("cuelight ")
    found = machine.versions((3, 10, 9))
    assert (found.verdict, "Python 3.10.9" in found.text) == (Grade.PROBLEM, True)


def _missing(name: str) -> tzinfo:
    raise KeyError(name)


@pytest.mark.parametrize(("zones", "words"), [(lambda _: UTC, "but should be"), (_missing, "cannot be read")])
def test_wrong_or_missing_time_zones_are_a_problem(zones: Callable[[str], tzinfo], words: str) -> None:
    assert machine.time_zones().verdict is Grade.OK
    found = machine.time_zones(zones)
    assert (found.verdict, words in found.text) == (Grade.PROBLEM, True)


def test_a_folder_that_can_be_written_is_left_as_it_was(tmp_path: Path) -> None:
    before = tmp_path.stat().st_mtime_ns
    found = folder.look(tmp_path, "", plenty)
    assert [each.verdict for each in found] == [Grade.OK, Grade.OK]
    assert "10 GiB are free" in found[1].text
    assert list(tmp_path.iterdir()) == []
    assert tmp_path.stat().st_mtime_ns >= before


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    wanted = tmp_path / "a" / "b"
    found = folder.look(wanted, "", plenty)
    assert {each.verdict for each in found} == {Grade.OK}
    assert "does not exist yet" in found[0].text
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("below", ["", "folder"])
def test_a_file_in_the_folders_place_is_a_problem(below: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = folder.look(tmp_path / "file" / below, "", plenty)
    assert (found[0].verdict, "is not a folder" in found[0].text) == (Grade.PROBLEM, True)


def test_a_folder_that_takes_no_file_is_a_problem() -> None:
    found = folder.look(Path("/proc"), "", plenty)
    assert (found[0].verdict, "cannot be written" in found[0].text) == (Grade.PROBLEM, True)


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_made_is_a_problem(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    found = folder.look(tmp_path / "state", "", plenty)
    assert (found[0].verdict, "nothing can be created" in found[0].text) == (Grade.PROBLEM, True)


@pytest.mark.parametrize(
    ("left", "verdict"),
    [(PLENTY, Grade.OK), (400 * 1024**2, Grade.WARNING), (49 * 1024**2, Grade.PROBLEM)],
)
def test_little_room_is_told_with_its_figure(left: int, verdict: Grade, tmp_path: Path) -> None:
    found = folder.look(tmp_path, "", lambda _: left)
    assert found[-1].verdict is verdict
    assert folder.size(left) in found[-1].text


def test_room_that_is_not_known_is_no_reason_to_fail(tmp_path: Path) -> None:
    def unknown(_folder: Path) -> int:
        raise OSError(5, "Input/output error")

    assert folder.look(tmp_path, "", unknown)[-1].verdict is Grade.WARNING


def test_a_network_file_system_is_a_problem(tmp_path: Path) -> None:
    found = folder.look(tmp_path, f"server:/x {tmp_path} nfs4 rw 0 0\n", plenty)
    assert [each.verdict for each in found] == [Grade.OK, Grade.PROBLEM, Grade.OK]
    assert "nfs4" in found[1].text


def test_a_database_that_others_may_open_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    database = tmp_path / "cuelight.db"
    database.touch(mode=0o600)
    (found,) = folder.look_who_else(database, tmp_path, ())
    assert found.verdict is Grade.OK
    database.chmod(0o644)
    tmp_path.chmod(0o755)
    whole, file = folder.look_who_else(database, tmp_path, ())
    assert (whole.verdict, file.verdict) == (Grade.WARNING, Grade.WARNING)
    assert whole.text == f"{tmp_path} lets other users open it (mode 0755)"
    assert f"chmod go-rwx {database}" in file.cure
    assert database.stat().st_mode & 0o777 == 0o644
    assert [each.text for each in folder.look_who_else(database, tmp_path, [tmp_path])] == [file.text]


def test_a_database_in_a_folder_that_others_may_change_is_a_problem(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    (found,) = folder.look_who_else(tmp_path / "cuelight.db", tmp_path / "state", ())
    assert (found.verdict, "refuses it" in found.cure) == (Grade.PROBLEM, True)


SCHEDULE = """
timezone: Europe/Berlin
broadcasts:
  - key: show
    title: Show
    start: 2026-12-02T18:00
    duration: 1h
    repeat: FREQ=DAILY
"""


@pytest.fixture
def schedule(tmp_path: Path) -> Path:
    file = tmp_path / "schedule.yaml"
    file.write_text(SCHEDULE)
    return file


def test_no_schedule_is_skipped() -> None:
    (found,) = plans.look(None, [], timedelta(days=14), NOON)
    assert found.verdict is Grade.SKIPPED


def test_what_lies_ahead_in_the_horizon_is_counted(schedule: Path) -> None:
    (found,) = plans.look(schedule, ["default"], timedelta(days=3), NOON)
    assert found.verdict is Grade.OK
    assert "2 to air in the next 3d, the first at 2026-12-02 17:00Z" in found.text


def test_a_schedule_without_anything_ahead_is_asked_about(schedule: Path) -> None:
    (found,) = plans.look(schedule, ["default"], timedelta(hours=1), NOON)
    assert (found.verdict, "nothing airs" in found.text) == (Grade.WARNING, True)


def test_every_error_of_a_schedule_has_its_place(schedule: Path) -> None:
    schedule.write_text(SCHEDULE.replace("12-02", "02-30").replace("1h", "60"))
    found = plans.look(schedule, ["default"], timedelta(days=3), NOON)
    assert [each.verdict for each in found] == [Grade.PROBLEM, Grade.PROBLEM]
    assert found[0].text.startswith(f"{schedule}:6:12: ")
    assert found[1].text.startswith(f"{schedule}:7:15: ")


def test_a_warning_of_a_schedule_hides_nothing(schedule: Path) -> None:
    schedule.write_text(SCHEDULE.replace("2026-12-02T18:00", "2026-12-02T02:30"))
    found = plans.look(schedule, ["default"], timedelta(days=3), NOON)
    assert {each.verdict for each in found[:-1]} == {Grade.WARNING}
    assert found[0].text.startswith(f"{schedule}:6:")
    assert "to air in the next 3d" in found[-1].text


def test_accounts_that_the_settings_do_not_know_are_told(schedule: Path) -> None:
    (found,) = plans.look(schedule, ["other"], timedelta(days=3), NOON)
    assert (found.verdict, "no settings for account default" in found.text) == (Grade.PROBLEM, True)


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        yield port


def answers(livez: tuple[int, str], overview: str = "cuelight\n/livez ...\n") -> pages.Fetch:
    return lambda _host, _port, path: livez if path == "/livez" else (200, overview)


def nobody(_host: str, _port: int, _path: str) -> tuple[int, str]:
    raise TimeoutError


@pytest.mark.parametrize(
    ("fetch", "verdict", "words"),
    [
        (answers((200, "ok\n")), Grade.OK, "a worker serves"),
        (answers((503, "no pass has finished for 99 s\n")), Grade.WARNING, "no pass has finished for 99 s"),
        (answers((200, "ok"), "<html>"), Grade.PROBLEM, "in use by something else"),
        (answers((200, "ok"), ""), Grade.PROBLEM, "in use by something else"),
        (nobody, Grade.PROBLEM, "does not answer"),
    ],
)
def test_who_has_the_port_is_told(taken: int, fetch: pages.Fetch, verdict: Grade, words: str) -> None:
    found = pages.look(Http(port=taken), fetch)
    assert found.verdict is verdict
    assert words in found.text


def test_a_free_port_stays_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert "is free" in pages.look(Http(port=port), nobody).text
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_a_server_that_is_none_of_ours_is_seen_over_http() -> None:
    with service() as real:
        found = pages.look(Http(port=int(real.url.rpartition(":")[2])))
    assert (found.verdict, "in use by something else" in found.text) == (Grade.PROBLEM, True)


@pytest.mark.parametrize(
    ("http", "verdict", "words"),
    [
        ({"port": 0}, Grade.OK, "turned off"),
        ({"host": "0.0.0.0"}, Grade.PROBLEM, "from other machines"),  # noqa: S104  Nothing listens.
        ({"host": "192.0.2.1", "token": SecretStr("the-token")}, Grade.PROBLEM, "cannot be served"),
    ],
)
def test_pages_that_cannot_or_need_not_be_served(http: dict[str, Any], verdict: Grade, words: str) -> None:
    found = pages.look(Http(**http), nobody)
    assert found.verdict is verdict
    assert words in found.text
