"""`cuelight alerts`: what is wrong, what was, and the end of what nobody takes back."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from tests.support.command import cuelight
from worker.cli import main
from worker.cli.operator import operator

NEWER, OLDER = "2026-12-01T13:00:00.000000Z", "2026-12-01T12:00:00.000000Z"
FIELDS = {
    "id",
    "key",
    "subject",
    "run_id",
    "title",
    "severity",
    "raised_at",
    "text",
    "cure",
    "resolved_at",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a database with an open alert (2), one of an account (3), and one resolved (1)."""
    assert cuelight(tmp_path, "migrate").exit_code == 0
    rows = [
        (
            "show/nobody_here",
            "show",
            "warning",
            "nobody_here",
            "nobody has joined",
            OLDER,
            NEWER,
            "broadcast",
        ),
        ("show/not_off", "show", "critical", "not_off", "not proven off", OLDER, None, "broadcast"),
        ("meeting/x/m/swept", None, "critical", "swept", "it was on air.", NEWER, None, "meeting"),
    ]
    with closing(sqlite3.connect(tmp_path / "cuelight.db")) as database, database:
        database.executemany(
            "INSERT INTO alerts (key, run_id, severity, title, text, cure, raised_at, resolved_at,"
            " subject_kind, subject_id) VALUES (?, ?, ?, ?, ?, 'Look.', ?, ?, ?, ?)",
            [(*each, "x/m" if each[1] is None else "show") for each in rows],
        )
    return tmp_path


def listed(folder: Path, *words: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(cuelight(folder, "alerts", *words, "--json").stdout)
    return found


def test_open_alerts_are_listed_newest_first_with_their_cure_and_all_only_on_demand(folder: Path) -> None:
    shown = cuelight(folder, "alerts")
    heading, *lines = shown.stdout.splitlines()
    assert heading.split() == ["id", "severity", "since", "alert", "what,", "and", "the", "cure"]
    assert [line.split()[:2] for line in lines] == [["3", "critical"], ["2", "critical"]]
    assert [line.split()[6] for line in lines] == ["meeting/x/m/swept", "show/not_off"]
    assert lines[0].endswith("it was on air. Look.")
    assert lines[1].endswith("not proven off. Look.")
    heading, *lines = cuelight(folder, "alerts", "--all").stdout.splitlines()
    assert "resolved" in heading
    assert [line.split()[0] for line in lines] == ["3", "2", "1"]


def test_programs_get_all_that_is_kept_of_an_alert(folder: Path) -> None:
    assert [each["id"] for each in listed(folder)] == [3, 2]
    swept, _, here = listed(folder, "--all")
    assert set(swept) == FIELDS
    assert (swept["subject"], swept["run_id"], swept["resolved_at"]) == ("meeting/x/m", None, None)
    assert (here["subject"], here["run_id"]) == ("show", "show")
    assert (here["raised_at"], here["resolved_at"]) == ("2026-12-01T12:00:00Z", "2026-12-01T13:00:00Z")


def test_where_nothing_is_wrong_that_is_said_beside_the_list(tmp_path: Path) -> None:
    cuelight(tmp_path, "migrate")
    for words, said in ((), "no open alerts"), (("--all",), "no alerts"):
        done = cuelight(tmp_path, "alerts", *words)
        assert (done.exit_code, done.stdout) == (0, "")
        assert said in done.stderr
    assert listed(tmp_path) == []


@pytest.mark.parametrize(
    ("number", "journal", "before"), [("2", "show", "not_off"), ("3", "meeting/x/m/swept", "swept")]
)
def test_what_is_resolved_is_open_no_more_and_why_tells_who_did_it(
    number: str, journal: str, before: str, folder: Path
) -> None:
    done = cuelight(folder, "alerts", "resolve", number, "--note", "that account is gone")
    assert (done.exit_code, done.stdout) == (
        0,
        f"resolved {number}: {journal.removesuffix('/swept')}/{before}\n",
    )
    assert int(number) not in [each["id"] for each in listed(folder)]
    (note,) = json.loads(cuelight(folder, "why", journal, "--json").stdout)["steps"]
    assert (note["kind"], note["who"], note["why"]) == ("alert", operator(), "that account is gone")
    assert f"resolved the alert {before}: that account is gone." in cuelight(folder, "why", journal).stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("4",), 1, "no such alert: 4; `cuelight alerts --all` lists them"),
        (("999999999999999999",), 1, "no such alert: 999999999999999999"),
        (("1",), 1, "alert 1 is already resolved, since Tue"),
        (("swept",), 2, "'swept' is not a number"),
        (("1_0",), 2, "is not a number"),
        (("\N{ARABIC-INDIC DIGIT ONE}",), 2, "is not a number"),
        (("9" * 19,), 2, "is not a number"),
        (("--", "-2"), 2, "is not a number"),
        ((), 2, "ID"),
        (("2", "--note", "x" * 1001), 2, "more than 1000 characters"),
        (("2", "--note", " "), 2, "write visible text"),
        (("2", "--note", "a\nb"), 2, "write visible text"),
    ],
)
def test_what_cannot_be_resolved_is_said_with_its_cure_and_nothing_is_written(
    words: tuple[str, ...], code: int, said: str, folder: Path
) -> None:
    done = cuelight(folder, "alerts", "resolve", *words)
    assert (done.exit_code, done.stdout) == (code, "")
    assert said in done.stderr
    assert "Traceback" not in done.output
    assert len(listed(folder)) == 2


@pytest.mark.parametrize("option", ["--all", "--json"])
def test_options_of_the_list_are_wrong_usage_before_resolve(option: str, folder: Path) -> None:
    done = cuelight(folder, "alerts", option, "resolve", "2")
    assert done.exit_code == 2
    assert len(listed(folder)) == 2


def test_nobody_makes_a_database_to_resolve_an_alert_in_it(tmp_path: Path) -> None:
    done = cuelight(tmp_path / "wrong", "alerts", "resolve", "1")
    assert (done.exit_code, "there is no database" in done.stderr) == (1, True)
    assert not (tmp_path / "wrong").exists()


def test_resolve_has_help_with_an_example_and_a_shell_completes_it(tmp_path: Path) -> None:
    assert "cuelight alerts resolve 17" in cuelight(tmp_path, "alerts", "resolve", "--help").stdout
    complete = ShellComplete(main, {}, "cuelight", "_CUELIGHT_COMPLETE")
    assert "alerts" in [each.value for each in complete.get_completions([], "al")]
    assert [each.value for each in complete.get_completions(["alerts"], "re")] == ["resolve"]
    assert [each.value for each in complete.get_completions(["alerts", "resolve"], "--n")] == ["--note"]
