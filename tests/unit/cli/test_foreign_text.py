"""What others wrote is data on every screen: it is shown, and never obeyed."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text
from sqlalchemy import Table
from sqlalchemy import Text as TextColumn

from tests.support.foreign import FORGED, HOSTILE, is_obeyed, obeyed
from tests.unit.demo.test_demo import moment
from tests.unit.doctor.service import Service, service
from worker.cli import COMMANDS, main
from worker.cli.output import console, json_document
from worker.demo.screen import Lines, View
from worker.engine.requests import REFUSED
from worker.kit.text import visible, visible_json
from worker.simulator import environment
from worker.store.engine.columns import Bounded
from worker.store.schema.tables import metadata
from worker.view.rich.terminal import visible_text

ID, EVIL_ID = "show", f"show\x1b[2J\u202e\n{FORGED}"
BEGUN = "2026-11-28T10:00:00.000000Z"
AT = "2099-12-01T18:00:00.000000Z"
READABLE: dict[str, dict[str, Any]] = {
    "broadcasts": {
        "id": ID,
        "starts_at": BEGUN,
        "ends_at": "2099-12-01T18:00Z",
        "entry": "gone",
        "source": "schedule",
        "account": "default",
        "go_live": "on_join",
        "room": "own",
        "doors": "15m",
        "prepare": "24h",
        "live_within": "2m",
        "late_start": "5m",
        "meeting": "{}",
        "hosts": "[]",
        "operator_fields": "[]",
    },
    "rooms": {"key": ID, "account": "default", "doors": "open", "options": "{}"},
    "runs": {"id": ID, "room_key": ID, "state": "live", "accepted": None, "starts_at": BEGUN},
    "hosts": {"room_key": ID, "host_id": HOSTILE},
    "journal": {"run_id": ID},
    "alerts": {"run_id": ID, "severity": "critical", "subject_kind": "broadcast", "subject_id": ID},
}
"""What has to be so for the rest of a row to be shown."""
FILE, BAD_FILE = "schedule.yaml", "bad.yaml"
GOOD = """
timezone: Europe/Berlin
broadcasts:
  - {key: other, title: Other, start: 2099-12-01T18:00, duration: 1h}
"""
BAD = f"""
timezone: {json.dumps(HOSTILE)}
{json.dumps(HOSTILE)}: x
broadcasts:
  - {{key: {json.dumps(HOSTILE)}, title: {json.dumps(HOSTILE)}, start: {json.dumps(HOSTILE)}, duration: 1h}}
"""
LIST, GOOD_LIST = "list.csv", "good.csv"
URL = "https://cuelight.example.org/webhooks/provider"
START = ("--start", "2099-01-01T10:00Z", "--duration", "1h")
GIVEN: dict[str, list[tuple[str, ...]]] = {
    "run": [("--schedule", HOSTILE, HOSTILE)],
    "demo": [("--json", HOSTILE)],
    "simulate": [("--set", f"{HOSTILE}=1"), ("--set", f"invoke_to_live_s={HOSTILE}")],
    "validate": [(FILE,), (BAD_FILE,), (BAD_FILE, "--json"), (HOSTILE,)],
    "plan": [(FILE,), (FILE, "--json"), (BAD_FILE,)],
    "apply": [(FILE,), (BAD_FILE,), (HOSTILE,), (FILE, "--yes", "--confirm-removals")],
    "rehearse": [(BAD_FILE,), (BAD_FILE, "--json"), (HOSTILE,), (FILE, "--from", HOSTILE)],
    "schema": [()],
    "add": [(HOSTILE, "--title", HOSTILE, *START), (ID, "--title", HOSTILE, *START)],
    "import": [(LIST,), (LIST, "--json"), (LIST, "--zone", HOSTILE), (HOSTILE,), (GOOD_LIST, "--dry-run")],
    "extend": [(ID, "15m"), (EVIL_ID, "15m"), (ID, HOSTILE)],
    "reopen": [(ID, "15m"), (EVIL_ID, "15m")],
    "cancel": [(ID,), (EVIL_ID,), (HOSTILE,)],
    "stop": [(ID,), (ID, "--direct"), (EVIL_ID,)],
    "sweep": [(), ("--json",)],
    "links": [(ID,), (ID, "--json"), (EVIL_ID,)],
    "status": [(), ("--all",), ("--json",), (HOSTILE,)],
    "show": [(ID,), (ID, "--json"), (EVIL_ID,), (EVIL_ID, "--json"), (HOSTILE,)],
    "why": [(ID,), (ID, "--json"), (EVIL_ID,), (HOSTILE, HOSTILE)],
    "export": [("--ics",), ("--ics", "--output", HOSTILE), (HOSTILE,)],
    "report": [(), ("--json",), ("--html",)],
    "alerts": [
        (),
        ("--all",),
        ("--json",),
        ("--all", "--json"),
        (HOSTILE,),
        ("resolve", "1"),
        ("resolve", "2", "--note", "why"),
        ("resolve", "2", "--note", HOSTILE),
        ("resolve", "3"),
        ("resolve", HOSTILE),
    ],
    "workers": [(), ("--json",)],
    "adopt": [("--as-copy", "--yes"), ("--as-moved", "--yes", "--json"), ("--as-copy", "--yes", HOSTILE)],
    "doctor": [(), ("--json",), ("--probe", HOSTILE)],
    "webhooks": [("list",), ("list", "--json"), ("remove", HOSTILE), ("register", URL, "--account", HOSTILE)],
    "healthcheck": [()],
    "backup": [("copy.db",), ("copy.db", "--json"), (HOSTILE,), (f"{HOSTILE}/x",)],
    "restore": [(HOSTILE,), (f"{HOSTILE}.db",), (FILE,)],
    "completion": [("bash",), (HOSTILE,)],
    "migrate": [()],
}
"""How each command is given, and what in it is hostile besides all that it reads."""


def types(*words: str, **variables: str) -> Result:
    return CliRunner().invoke(main, words, env=variables)


@pytest.fixture(scope="module")
def provider() -> Iterator[Service]:
    with service() as found:
        yield found


@pytest.fixture
def here(tmp_path: Path, provider: Service, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Return the environment of somebody to whom everybody else is hostile."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("worker.operations.answers.ANSWERED_WITHIN", 0.5)
    monkeypatch.setattr("worker.operations.air.OFF_WITHIN", 0.0)
    (tmp_path / FILE).write_text(GOOD)
    (tmp_path / BAD_FILE).write_text(BAD)
    quoted = HOSTILE.replace('"', '""')
    (tmp_path / LIST).write_text(f'id,title,start,end,"{quoted}"\n' + f'"{quoted}",' * 4 + "\n")
    (tmp_path / GOOD_LIST).write_text("id,title,start,duration\na,A \u200f,2099-12-01T18:00Z,1h\n")
    simulator = provider.simulator
    variables = environment(provider.url, simulator.world.knobs, simulator.credentials)
    variables |= {"CUELIGHT_STATE_DIR": str(tmp_path), "CUELIGHT_INSTALLATION": "ab3k"}
    meeting = _furnished(variables)
    assert types("migrate", **variables).exit_code == 0
    with closing(sqlite3.connect(tmp_path / "cuelight.db")) as database:
        database.execute("PRAGMA ignore_check_constraints = ON")  # An id of a database that checks none.
        _fill(database, meeting)
    return variables


def _furnished(variables: dict[str, str]) -> str:
    """Have the provider hold a meeting, a host and a webhook of others; return the meeting's id."""
    address = variables["CUELIGHT_ACCOUNTS__DEFAULT__BASE_URL"]
    headers = {"authorization": f"Bearer {variables['CUELIGHT_ACCOUNTS__DEFAULT__API_TOKEN']}"}
    with httpx.Client(base_url=address, headers=headers) as client:
        hook = {"name": HOSTILE, "url": "https://hooks.example.org/x", "events": ["meeting.ended"]}
        client.post("/webhooks", json=hook)
        made = client.post("/meetings", json={"title": HOSTILE}).raise_for_status().json()["data"]["id"]
        host = {"name": HOSTILE, "preset_name": "group_call_host", "custom_participant_id": HOSTILE}
        client.post(f"/meetings/{made}/participants", json=host)
    return str(made)


def _fill(database: sqlite3.Connection, meeting: str) -> None:
    """Fill every text column of every table, and let whoever answers requests be hostile, too."""
    for table in metadata.sorted_tables:
        columns = table.columns
        evil = {each.name: EVIL_ID if _is_key(each.name) else HOSTILE for each in columns if _is_text(each)}
        rest = {each.name: 1 for each in columns if not _is_text(each) and not each.nullable}
        instants = {each.name: AT for each in columns if type(each.type).__name__ == "UTCDateTime"}
        instants = {name: at for name, at in instants.items() if name not in {"resolved_at", "left_at"}}
        row = {**rest, **instants, **evil}
        _insert(database, table, row)
        if readable := READABLE.get(table.name):
            found = {"id": 2} if "id" in rest else {}
            room = {"meeting_id": meeting} if table.name == "rooms" else {}
            _insert(database, table, row | found | readable | room)
    swept = json.dumps([dict.fromkeys(("account", "meeting_id", "title", "what"), HOSTILE)])
    database.execute("CREATE TABLE answers AS SELECT ? AS swept, ? AS refused", (swept, REFUSED + HOSTILE))
    database.execute(
        "CREATE TRIGGER answering AFTER INSERT ON requests BEGIN UPDATE requests SET"
        " answered_at = NEW.asked_at, answer = CASE NEW.kind WHEN 'sweep' THEN (SELECT swept FROM answers)"
        " ELSE (SELECT refused FROM answers) END WHERE id = NEW.id; END"
    )
    database.commit()


def _insert(database: sqlite3.Connection, table: Table, row: dict[str, Any]) -> None:
    names = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join("?" * len(row))
    database.execute(f"INSERT OR REPLACE INTO {table.name} ({names}) VALUES ({marks})", list(row.values()))  # noqa: S608  Our own names.


def _is_text(column: Any) -> bool:
    return isinstance(column.type, TextColumn | Bounded)


def _is_key(name: str) -> bool:
    return name in {"id", "run_id", "room_key", "key", "broadcast_id"}


def test_every_command_is_tried() -> None:
    assert set(GIVEN) == set(COMMANDS)


@pytest.mark.parametrize(
    ("command", "words"), [(name, words) for name, given in GIVEN.items() for words in given]
)
def test_no_command_writes_what_a_terminal_would_obey(
    command: str, words: tuple[str, ...], here: dict[str, str]
) -> None:
    done = types(command, *words, **here)
    assert obeyed(done.output) == []
    assert done.output
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception


@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        ("show", ID),
        ("show", ID, "--json"),
        ("why", ID),
        ("why", ID, "--json"),
        ("sweep",),
        ("alerts",),
        ("alerts", "--all", "--json"),
        ("workers",),
        ("links", ID),
        ("stop", ID),
    ],
)
def test_what_is_hostile_is_shown_all_the_same(words: tuple[str, ...], here: dict[str, str]) -> None:
    output = types(*words, **here).output
    assert "evil" in output
    assert "\\u202e" in output
    assert "[red]x[/red]" in output


def test_a_setting_that_is_hostile_is_told_visibly(here: dict[str, str]) -> None:
    for name in ("CUELIGHT_INSTALLATION", "CUELIGHT_HTTP__HOST", "CUELIGHT_DATABASE_URL", "CUELIGHT_HORIZON"):
        done = types("status", **{**here, name: HOSTILE})
        assert obeyed(done.output) == [], name


@given(st.text(st.characters(exclude_categories=())))
def test_what_is_visible_obeys_nothing_and_stays_so(text: str) -> None:
    shown = visible(text)
    assert not any(map(is_obeyed, shown))
    assert visible(shown) == shown
    if not any(map(is_obeyed, text)):
        assert shown == text


@given(st.text(st.characters(exclude_categories=())))
def test_json_says_the_same_visibly(text: str) -> None:
    written = json_document({text: [text]})
    assert json.loads(written) == {text: [text]}
    assert not any(map(is_obeyed, written.replace("\n", "")))
    assert visible_json(written) == written


def test_letters_of_every_language_are_shown_as_they_are() -> None:
    for text in (
        "Übersicht",
        "会议",
        "👩\u200d👩\u200d👧",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "a\u00a0b",
    ):
        assert visible(text) == text


def drawn(terminal: Console, renderable: Any) -> str:
    with terminal.capture() as captured:
        terminal.print(renderable)
    return captured.get()


def test_whatever_rich_is_given_comes_out_visible() -> None:
    for renderable in (HOSTILE, Text(HOSTILE, style="bold"), Text.assemble(("a", "red"), HOSTILE)):
        assert obeyed(drawn(console(), renderable)) == []
        assert "[red]x[/red]" in drawn(console(), renderable)


def test_a_style_stays_where_it_was() -> None:
    found = visible_text(Text.assemble("a\n", ("b\x1b", "red"), "c"))
    assert found.plain == "a\\nb\\x1bc"
    assert [(span.start, span.end) for span in found.spans] == [(3, 4), (4, 8)]


def test_the_screens_of_the_demonstration_obey_nobody() -> None:
    seen = moment()
    first = seen.evidence[0]
    assert first.row
    evil = replace(
        first,
        row=replace(first.row, id=HOSTILE, title=HOSTILE),
        rooms=tuple(replace(each, present=(HOSTILE,)) for each in first.rooms),
        calls=tuple(replace(each, resource=HOSTILE, body={"status": HOSTILE}) for each in first.calls),
        notes=tuple(replace(each, before=HOSTILE, after=HOSTILE, why=HOSTILE) for each in first.notes),
        told={key: replace(each, text=HOSTILE) for key, each in first.told.items()},
    )
    hostile = replace(seen, evidence=(evil, *seen.evidence[1:]), deeds=((seen.now, "show", HOSTILE),))
    assert obeyed(drawn(console(), View(hostile))) == []
    out = console()
    with out.capture() as captured:
        Lines(out).show(hostile)
    assert "evil" in captured.get()
    assert obeyed(captured.get()) == []
