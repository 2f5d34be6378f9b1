"""How a schedule says that a host is told: by which service, where, when, and by which clock."""

from datetime import timedelta

import jsonschema
import pytest

from config.host_model import HOST
from config.schedule import parse
from config.schema import json_schema
from jobs.contact import USUAL, Contact
from jobs.model import Host
from tests.unit.config.written import ENTRY, TOP, only

ANNA = "{name: Anna, preset: p, id: anna"
HOUR = timedelta(hours=1)


def host(says: str, top: str = TOP) -> Host:
    (found,) = only(f"    hosts: [{ANNA}{says}}}]\n", top).options["hosts"]
    assert isinstance(found, Host)
    return found


def said(says: str, services: tuple[str, ...] | None = ("mail", "team_chat")) -> list[str]:
    text = f"{TOP}{ENTRY}    hosts: [{ANNA}{says}}}]\n"
    return [str(each) for each in parse(text.encode(), "f", services=services).problems]


def test_a_host_is_told_a_day_and_a_quarter_of_an_hour_before_by_the_entrys_clock() -> None:
    found = host(", notify: mail:anna@example.org")
    assert found.contact == Contact("mail:anna@example.org", USUAL, "Europe/Berlin")
    assert (found.contact.service, found.contact.address) == ("mail", "anna@example.org")


def test_a_host_may_say_when_and_by_which_clock() -> None:
    found = host(", notify: MAIL:anna, remind: [15m, 2h], zone: America/New_York")
    assert found.contact == Contact("MAIL:anna", (2 * HOUR, HOUR / 4), "America/New_York")
    assert found.contact.service == "mail"


def test_a_host_who_is_not_told_has_no_contact() -> None:
    assert host("").contact is None


def test_the_zone_is_the_entrys_own_in_defaults_and_changes_too() -> None:
    top = f"timezone: Europe/Berlin\ndefaults: {{hosts: [{ANNA}, notify: mail:a}}]}}\nbroadcasts:\n"
    lines = (
        "    timezone: Asia/Tokyo\n    repeat: FREQ=DAILY;COUNT=3\n"
        f"    change: {{2026-12-02: {{hosts: [{ANNA}, notify: mail:b}}]}}}}\n"
    )
    entry = only(lines, top)
    (usual,), (changed,) = entry.options["hosts"], entry.changes["2026-12-02"].options["hosts"]
    assert [each.contact and each.contact.zone for each in (usual, changed)] == ["Asia/Tokyo"] * 2


@pytest.mark.parametrize(
    ("says", "problem"),
    [
        (", notify: anna@example.org", "write a service and an address there, as in mail:anna@example.org"),
        (", notify: 'mail:'", "write a service and an address there"),
        (", notify: 'mail:a b'", "write a service and an address there"),
        (", notify: mail:a, remind: []", "0 reminders: write 1 to 8, as in [24h, 15m]"),
        (", notify: mail:a, remind: [1h, 60m]", "two reminders at the same time: remove one"),
        (", notify: mail:a, remind: [30s]", "30s is out of range: 1m to 366d"),
        (", notify: mail:a, remind: [24]", "24 has no unit"),
        (", notify: mail:a, remind: 24h", "expected a list"),
        (", notify: mail:a, zone: New York", "unknown time zone 'New York'; did you mean America/New_York?"),
        (", remind: [1h]", "remind needs `notify`: add it, or remove remind"),
        (", zone: UTC", "zone needs `notify`: add it, or remove zone"),
        (", notify: mial:a", "no settings for the service mial; did you mean mail?"),
        (", notify: pager:a", "no settings for the service pager; set CUELIGHT_NOTIFY__PAGER to its address"),
    ],
)
def test_what_is_wrong_is_told_at_its_place_with_the_cure(says: str, problem: str) -> None:
    (found,) = said(says)
    assert found.startswith("f:7:")
    assert problem in found


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert len(said(", remind: [1h, 1h], zone: Nowhere")) == 4


def test_a_service_may_be_written_as_people_write_it_and_is_not_checked_where_nothing_is_set() -> None:
    assert said(", notify: Team_Chat:anna") == []
    assert said(", notify: pager:a", None) == []
    assert said(", notify: pager:a", ()) != []


def test_the_providers_own_fields_are_no_services() -> None:
    text = f"{TOP}{ENTRY}    meeting: {{ai_config: {{notify: x:y}}}}\n"
    assert not any("service" in str(each) for each in parse(text.encode(), "f", services=()).problems)


def test_the_schema_knows_every_key_of_a_host_and_what_they_need() -> None:
    item = json_schema()["properties"]["broadcasts"]["items"]["properties"]["hosts"]["items"]
    assert set(item["properties"]) == set(HOST)
    schema = jsonschema.Draft202012Validator(item)
    anna = {"name": "Anna", "preset": "p", "id": "anna"}
    told = {**anna, "notify": "mail:a", "remind": ["24h", "15m"], "zone": "UTC"}
    assert all(map(schema.is_valid, (anna, told)))
    assert not any(
        schema.is_valid({**anna, **wrong})
        for wrong in (
            {"remind": ["1h"]},
            {"zone": "UTC"},
            {"notify": "a"},
            {"notify": "mail:a", "remind": []},
        )
    )
