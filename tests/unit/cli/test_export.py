"""`export`: a calendar in a file, replaced at once, or on stdout."""

from pathlib import Path

import pytest

from tests.support.command import cuelight
from tests.support.ics import titles

TAG = {"CUELIGHT_INSTALLATION": "ab3k"}


def add(folder: Path, broadcast_id: str, title: str = "Show", **options: str) -> None:
    said = {"title": title, "start": "2099-01-01T10:00Z", "duration": "1h"} | options
    words = [word for name, value in said.items() for word in (f"--{name}", value)]
    assert cuelight(folder, "add", broadcast_id, *words).exit_code == 0


def test_the_file_is_replaced_and_nothing_else_is_left_beside_it(tmp_path: Path) -> None:
    add(tmp_path, "show", "Tür; auf, zu")
    folder = tmp_path / "www"
    folder.mkdir()
    file = folder / "broadcasts.ics"
    file.write_text("old")
    done = cuelight(tmp_path, "export", "--ics", "--output", str(file), **TAG)
    assert (done.exit_code, done.output) == (0, f"{file}: written\n")
    assert titles(file.read_bytes()) == ["Tür; auf, zu"]
    assert list(folder.iterdir()) == [file]


def test_stdout_has_the_document_byte_for_byte(tmp_path: Path) -> None:
    add(tmp_path, "show")
    done = cuelight(tmp_path, "export", "--ics", **TAG)
    assert titles(done.stdout_bytes) == ["Show"]
    assert done.stdout_bytes.count(b"\n") == done.stdout_bytes.count(b"\r\n") > 10


def test_account_and_since_narrow_it(tmp_path: Path) -> None:
    add(tmp_path, "a", "One")
    add(tmp_path, "b", "Two", account="events")
    add(tmp_path, "c", "Three", start="2098-01-01T10:00Z")
    named = cuelight(tmp_path, "export", "--ics", "--account", "events", "--account", "none", **TAG)
    assert titles(named.stdout_bytes) == ["Two"]
    later = cuelight(tmp_path, "export", "--ics", "--since", "2098-06-01T00:00Z", **TAG)
    assert titles(later.stdout_bytes) == ["One", "Two"]


def test_the_ids_of_events_last_whoever_writes_them(tmp_path: Path) -> None:
    add(tmp_path, "show")
    first, second = (cuelight(tmp_path, "export", "--ics", **TAG).stdout_bytes for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("words", "code", "cure"),
    [
        (("export",), 2, "--ics"),
        (("export", "--ics"), 1, "CUELIGHT_INSTALLATION"),
        (("export", "--ics", "--since", "2026-12-01"), 2, "offset"),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_cure(
    words: tuple[str, ...], code: int, cure: str, tmp_path: Path
) -> None:
    add(tmp_path, "show")
    done = cuelight(tmp_path, *words)
    assert done.exit_code == code
    assert cure in done.output
    assert "BEGIN" not in done.output


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    add(tmp_path, "show")
    done = cuelight(tmp_path, "export", "--ics", "--output", str(tmp_path / "none" / "x.ics"), **TAG)
    assert done.exit_code == 1
    assert "cannot be written: No such file or directory" in done.output
