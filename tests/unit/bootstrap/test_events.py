"""From the settings to the addresses that events are posted to."""

import json

import httpx

from tests.support.clock import HandClock
from tests.unit.config.loading import loaded
from worker.alerting.posting import SIGNATURE
from worker.bootstrap.events import endpoints

ONE, OTHER = "https://example.org/canary-1", "https://example.org/canary-2"


async def test_each_address_is_posted_to_once_and_named_by_its_first_place() -> None:
    settings = loaded({"CUELIGHT_WEBHOOKS__URLS": json.dumps([ONE, ONE, OTHER])})
    found: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        found.append(str(request.url))
        return httpx.Response(204)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        made = endpoints(settings, client=client, clock=HandClock())
        assert [each.name for each in made] == ["1", "3"]
        assert len({each.key for each in made}) == 2
        assert "canary" not in f"{[each.key for each in made]}"
        for each in made:
            assert await each.takes("event_1", b"{}")
    assert found == [ONE, OTHER]


def test_without_an_address_there_is_nothing_to_post_to() -> None:
    assert endpoints(loaded(), client=httpx.AsyncClient(), clock=HandClock()) == []


async def test_a_secret_that_is_being_replaced_signs_beside_the_new_one() -> None:
    found: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        found.append(request.headers[SIGNATURE])
        return httpx.Response(204)

    address = {"CUELIGHT_WEBHOOKS__URLS": json.dumps([ONE])}
    new = {"CUELIGHT_WEBHOOKS__SECRET": "canary-secret-that-is-new"}
    former = {"CUELIGHT_WEBHOOKS__FORMER_SECRET": "canary-secret-that-was"}
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        for given in (new, former, new | former):
            (made,) = endpoints(loaded(address | given), client=client, clock=HandClock())
            assert await made.takes("event_1", b"{}")
    assert found[2] == f"{found[0]} {found[1]}"
