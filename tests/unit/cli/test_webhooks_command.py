"""`cuelight webhooks`: registered once, ours told from others', and others' never touched."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner, Result

from tests.unit.doctor.service import Service, service
from worker.cli import main
from worker.provider.webhooks import EVENTS
from worker.simulator import environment
from worker.simulator.webhook import Webhook

URL = "https://cuelight.example.org/webhooks/provider"
FOREIGN = "https://hooks.example.org/canary-path"


class Desk:
    """A command line whose provider is a simulator."""

    def __init__(self, folder: Path, provider: Service) -> None:
        simulator = provider.simulator
        told = environment(provider.url, simulator.world.knobs, simulator.credentials)
        self.variables = {**told, "CUELIGHT_STATE_DIR": str(folder), "CUELIGHT_INSTALLATION": "ab3k"}
        self._world = simulator.world
        self.client = httpx.Client(
            base_url=told["CUELIGHT_ACCOUNTS__DEFAULT__BASE_URL"],
            headers={"authorization": f"Bearer {told['CUELIGHT_ACCOUNTS__DEFAULT__API_TOKEN']}"},
        )

    def types(self, *words: str, **variables: str) -> Result:
        return CliRunner().invoke(main, ["webhooks", *words], env={**self.variables, **variables})

    def json(self, *words: str) -> Any:
        done = self.types(*words, "--json")
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    def others(self, **body: object) -> str:
        """Let somebody else register one."""
        given = {"name": "Slides", "url": FOREIGN, "events": ["meeting.ended"]} | body
        return str(self.client.post("/webhooks", json=given).raise_for_status().json()["data"]["id"])

    def there(self) -> list[Webhook]:
        return [each for tenant in self._world.tenants.values() for each in tenant.webhooks.values()]

    def changes(self, webhook_id: str, **body: object) -> None:
        self.client.patch(f"/webhooks/{webhook_id}", json=body).raise_for_status()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with service() as provider:
        found = Desk(tmp_path, provider)
        with found.client:
            yield found


def test_an_address_is_registered_for_what_is_worth_a_look_and_a_second_time_nothing_happens(
    desk: Desk,
) -> None:
    done = desk.types("register", URL)
    assert done.exit_code == 0, done.output
    (made,) = desk.there()
    assert (made.url, made.events, made.enabled) == (URL, EVENTS, True)
    assert made.name.startswith("cuelight [ab3k-")
    assert made.id in done.output
    again = desk.types("register", f"{URL}/")
    assert (again.exit_code, [each.id for each in desk.there()]) == (0, [made.id])
    assert "already registered" in again.output
    assert desk.json("register", URL)["did"] == "kept"


def test_each_address_is_registered_by_itself(desk: Desk) -> None:
    desk.json("register", URL)
    assert desk.json("register", URL.replace("cuelight.", "second."))["did"] == "registered"
    assert len({each.name for each in desk.there()}) == 2


@pytest.mark.parametrize("changed", [{"enabled": False}, {"events": ["meeting.ended"]}, {"events": []}])
def test_one_of_ours_that_is_not_as_it_should_be_is_replaced(desk: Desk, changed: dict[str, object]) -> None:
    old = desk.json("register", URL)["id"]
    desk.changes(old, **changed)
    done = desk.json("register", URL)
    assert (done["did"], done["removed"]) == ("replaced", [old])
    (made,) = desk.there()
    assert (made.id, made.events, made.enabled) == (done["id"], EVENTS, True)


def test_twins_of_a_create_that_was_not_answered_become_one(desk: Desk) -> None:
    first = desk.json("register", URL)
    desk.others(name=first["name"], url=URL, events=list(EVENTS))
    assert desk.json("register", URL)["id"] == first["id"]
    assert [each.id for each in desk.there()] == [first["id"]]


def test_an_address_that_somebody_else_registered_is_left_as_it_is(desk: Desk) -> None:
    theirs = desk.others(url=URL, name="cuelight [zzzz-1c0d2e4a]")
    done = desk.types("register", URL)
    assert done.exit_code == 1
    assert theirs in done.output
    assert "dashboard" in done.output
    assert [each.id for each in desk.there()] == [theirs]


def test_ours_are_listed_whole_and_others_by_their_host_alone(desk: Desk) -> None:
    ours, theirs = desk.json("register", URL)["id"], desk.others()
    rows = {each["id"]: each for each in desk.json("list")}
    assert (rows[ours]["ours"], rows[ours]["url"], rows[ours]["events"]) == (True, URL, list(EVENTS))
    assert (rows[theirs]["ours"], rows[theirs]["url"]) == (False, "hooks.example.org/...")
    table = desk.types("list").output
    assert "ours" in table
    assert "foreign" in table
    assert "canary" not in table


def test_where_none_are_it_says_how_to_register_one(desk: Desk) -> None:
    done = desk.types("list")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "cuelight webhooks register" in done.stderr
    assert desk.json("list") == []


def test_ours_are_removed_and_others_are_not(desk: Desk) -> None:
    ours, theirs = desk.json("register", URL)["id"], desk.others()
    assert desk.json("remove", ours) == {"removed": ours}
    refused = desk.types("remove", theirs)
    assert refused.exit_code == 1
    assert "is not ours" in refused.output
    gone = desk.types("remove", ours)
    assert gone.exit_code == 1
    assert "cuelight webhooks list" in gone.output
    assert [each.id for each in desk.there()] == [theirs]


WRONG = {
    "plain http": (["register", "http://cuelight.example.org/webhooks/provider"], 2, "write https://"),
    "no url": (["register", "cuelight.example.org"], 2, "begins with https://"),
    "credentials": (["register", "https://u:p@cuelight.example.org/"], 2, "without credentials"),
    "unknown account": (["register", URL, "--account", "nobody"], 1, "CUELIGHT_ACCOUNTS__NOBODY__"),
    "another's": (["register", f"{URL}/other"], 2, f"write {URL}/default"),
    "another's by default": (["register", URL, "--account", "events"], 2, f"write {URL}/events"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_wrong_is_told_with_its_cure_and_nothing_is_registered(desk: Desk, kind: str) -> None:
    words, code, cure = WRONG[kind]
    prefix = "CUELIGHT_ACCOUNTS__"
    second = {
        name.replace("__DEFAULT__", "__EVENTS__"): value
        for name, value in desk.variables.items()
        if name.startswith(prefix)
    }
    done = desk.types(*words, **second)
    assert (done.exit_code, "Traceback" in done.output) == (code, False)
    assert cure in " ".join(done.output.split())
    assert desk.there() == []


def test_a_worker_without_pages_is_told_of(desk: Desk) -> None:
    done = desk.types("register", "http://127.0.0.1:8080/webhooks/provider", CUELIGHT_HTTP__PORT="0")
    assert done.exit_code == 0
    assert "CUELIGHT_HTTP__PORT is 0" in done.stderr


def test_a_provider_that_refuses_is_told(desk: Desk) -> None:
    done = desk.types("list", CUELIGHT_ACCOUNTS__DEFAULT__API_TOKEN="a-wrong-token")  # noqa: S106  Opens nothing.
    assert done.exit_code == 1
    assert "the provider: 401" in done.output


@pytest.mark.parametrize("command", ["register", "list", "remove"])
def test_each_has_help_with_an_example(desk: Desk, command: str) -> None:
    assert f"cuelight webhooks {command}" in desk.types(command, "--help").output
