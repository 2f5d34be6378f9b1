import json
from typing import Any

import jsonschema
import pytest

from config.calendar_model import CALENDAR
from config.entry_model import CHANGE, DEFAULTS, ENTRY
from config.meeting import plain
from config.problems import Problems
from config.schema import FILE, json_schema, text
from config.yaml_source import read
from tests.unit.config.written import EXAMPLE

VALIDATOR = jsonschema.Draft202012Validator(json_schema())


def entry(**fields: Any) -> dict[str, Any]:
    usual = {"key": "webinar", "title": "Webinar", "start": "2026-12-01T18:00", "duration": "1h"}
    return {"broadcasts": [{**usual, **fields}]}


def test_the_committed_schema_is_the_generated_one() -> None:
    assert FILE.read_text() == text()
    assert json.loads(text()) == json_schema()


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


def test_the_schema_knows_every_key_that_the_reader_knows() -> None:
    item = json_schema()["properties"]["broadcasts"]["items"]["properties"]
    assert set(item) == {*ENTRY, *CALENDAR}
    assert set(json_schema()["properties"]["defaults"]["properties"]) == set(DEFAULTS)
    assert set(item["change"]["additionalProperties"]["oneOf"][1]["properties"]) == set(CHANGE)


def test_the_example_is_accepted() -> None:
    node = read(EXAMPLE.read_bytes(), Problems("f"))
    assert node is not None
    VALIDATOR.validate(plain(node))


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"broadcasts": []},
        {"broadcasts": [{}]},
        {"broadcasts": "x"},
        {**entry(), "timezon": "UTC"},
        entry(durration="1h"),
        entry(key="Web Inar"),
        entry(title="x" * 105),
        entry(start="tomorrow"),
        entry(duration=60),
        entry(duration="1 hour"),
        entry(end="9"),
        entry(go_live="now"),
        entry(repeat="weekly"),
        entry(repeat={"byday": "TU"}),
        entry(change={"soon": "skip"}),
        entry(change={"2026-12-01": "no"}),
        entry(hosts=[{"name": "A", "preset": "p"}]),
        entry(**{"except": [{"holidays": "Germany"}]}),
        entry(**{"except": [{"at": "2026-12-01", "holidays": "DE"}]}),
        entry(**{"except": [{"note": "Why"}]}),
        entry(also=[{"at": "2026-12-01"}]),
        entry(meeting={"live_stream_on_start": True}),
        entry(meeting={"session_keep_alive_time_in_secs": 30}),
    ],
)
def test_a_wrong_document_is_refused(document: Any) -> None:
    assert not VALIDATOR.is_valid(document)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"repeat": {"freq": "weekly", "byday": ["TU", "TH"], "interval": 2}},
        {"change": {"2026-12-01": "skip", "2026-12-01T1800": {"start": "2026-12-01T18:00Z"}}},
        {"except": ["2026-12-01", "2026-12-01T18:00"], "also": ["2026-12-01 18:00"]},
        {"except": [{"at": "2026-12-01", "note": "Why"}, {"holidays": "DE-BY", "note": "Why"}]},
        {"except": [{"holidays": "DE"}], "also": [{"at": "2026-12-01T18:00", "note": "Why"}]},
        {"change": {"2026-12-01": {"skip": True, "note": "Why"}}},
    ],
)
def test_a_right_document_is_accepted(fields: Any) -> None:
    VALIDATOR.validate(entry(**fields))
