"""`validate`: strictness, and the forms that the checks of a repository read."""

import json
from pathlib import Path

import pytest

from tests.support.command import cuelight

SCHEDULE = """
timezone: Europe/Berlin
broadcasts:
  - key: show
    title: Show
    start: 2099-12-01T18:00
    duration: 5m
"""
FINE = SCHEDULE.replace("5m", "1h")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "schedule.yaml"
    written.write_text(SCHEDULE)
    return written


def test_a_warning_fails_only_when_it_is_strict(tmp_path: Path, file: Path) -> None:
    lenient = cuelight(tmp_path, "validate", str(file))
    assert (lenient.exit_code, ": warning: show is on air" in lenient.output) == (0, True)
    strict = cuelight(tmp_path, "validate", str(file), "--strict")
    assert (strict.exit_code, ": warning:" in strict.output) == (1, False)
    assert f"{file}:7:5: show is on air for less than 10 min" in strict.output


def test_a_file_without_findings_passes_when_it_is_strict(tmp_path: Path, file: Path) -> None:
    file.write_text(FINE)
    assert cuelight(tmp_path, "validate", str(file), "--strict").exit_code == 0


def test_github_marks_the_line(tmp_path: Path, file: Path) -> None:
    done = cuelight(tmp_path, "validate", str(file), "--format", "github")
    (line,) = done.output.splitlines()
    assert line.startswith(f"::warning file={file},line=7,col=5,title=short-window::show is on air")


def test_github_escapes_what_would_end_a_property(tmp_path: Path) -> None:
    odd = tmp_path / "a,b:c%.yaml"
    odd.write_text(SCHEDULE)
    done = cuelight(tmp_path, "validate", str(odd), "--format", "github")
    assert f"file={tmp_path}/a%2Cb%3Ac%25.yaml,line=7" in done.output


def test_sarif_names_rule_level_place_and_tool(tmp_path: Path, file: Path) -> None:
    done = cuelight(tmp_path, "validate", str(file), "--strict", "--format", "sarif")
    (run,) = json.loads(done.output)["runs"]
    assert run["tool"]["driver"]["rules"] == [{"id": "short-window"}]
    (result,) = run["results"]
    assert (result["ruleId"], result["level"]) == ("short-window", "error")
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == file.as_uri()
    assert place["region"] == {"startLine": 7, "startColumn": 5}
    assert done.exit_code == 1


def test_sarif_of_a_file_without_findings_is_a_run_without_results(tmp_path: Path, file: Path) -> None:
    file.write_text(FINE)
    done = cuelight(tmp_path, "validate", str(file), "--format", "sarif")
    assert (done.exit_code, json.loads(done.output)["runs"][0]["results"]) == (0, [])


def test_against_an_earlier_file_it_tells_what_was_renamed(tmp_path: Path, file: Path) -> None:
    earlier = tmp_path / "earlier.yaml"
    earlier.write_text(FINE)
    file.write_text(FINE.replace("key: show", "key: review"))
    done = cuelight(tmp_path, "validate", str(file), "--against", str(earlier))
    assert "looks like show renamed: `was: show`" in done.output


def test_an_earlier_file_that_cannot_be_read_is_an_error(tmp_path: Path, file: Path) -> None:
    done = cuelight(tmp_path, "validate", str(file), "--against", str(tmp_path / "nowhere.yaml"))
    assert done.exit_code == 1
    assert "cannot be opened" in done.output
