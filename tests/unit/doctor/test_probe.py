"""The probe: what differs is told, nothing costs, nothing stays open, nothing secret is shared."""

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.clock import NOON
from tests.unit.doctor.service import CANARIES, CREDENTIALS, KEY, TICKET, LeapingClock, Service, service
from worker.doctor.exchange import Question
from worker.doctor.observation import Observation
from worker.doctor.probe import NotProbedError, Probed, probe
from worker.doctor.report import document, rows
from worker.doctor.shape import shape
from worker.kit.clock import SystemClock
from worker.provider.flavours import FLAVOURS
from worker.provider.transport import Transport
from worker.simulator import Fault, Knobs, Simulator

LEFT = [("INACTIVE", False)]
CREATE, CLOSE = r"^/meetings$", r"^/meetings/[^/]+$"


class Stage:
    """A simulator in this process, whose time passes in no time, and a probe of it."""

    def __init__(self, **knobs: Any) -> None:
        self.clock = LeapingClock()
        turned = {"stream_key_prefix": KEY, "participant_token_prefix": TICKET, **knobs}
        simulator = Simulator(Knobs(**turned), self.clock, CREDENTIALS)
        self.service = Service(simulator, "http://simulator")
        self.told: list[str] = []

    async def probe(self, *faults: Fault) -> Probed:
        self.service.simulator.script(*faults)
        way = httpx.ASGITransport(self.service.simulator.app)
        return await probe(self.service.account, Transport(way, 0.2), self.clock, self.told.append)


def differing(probed: Probed) -> dict[str, str]:
    return {each.what: each.seen for each in probed.observations if each.same is False}


@pytest.fixture(params=FLAVOURS)
def real(request: pytest.FixtureRequest) -> Iterator[Service]:
    with service(flavour=request.param) as found:
        yield found


async def test_over_the_wire_a_service_like_the_reference_differs_in_nothing(real: Service) -> None:
    transport = Transport()
    probed = await probe(real.account, transport, SystemClock(), print)
    await transport.close()
    assert differing(probed) == {}
    assert len(probed.observations) == 20
    assert probed.closed
    assert real.rooms() == LEFT


async def test_nothing_is_ever_asked_that_could_cost(real: Service) -> None:
    transport = Transport()
    await probe(real.account, transport, SystemClock(), print)
    await transport.close()
    asked = real.asked()
    assert len(asked) > 15
    costly = re.compile(r"/livestreams$|/token$|/recordings|/join|/sessions")
    assert [each for each in asked if each[0] != "GET" and costly.search(each[1])] == []
    assert real.simulator.bill().usd == 0


def test_the_probe_knows_no_question_that_begins_anything() -> None:
    asks: list[tuple[str, str]] = [each.value for each in Question]
    writes = {each for each in asks if each[0] != "GET"}
    assert writes == {
        ("POST", "/meetings"),
        ("PATCH", "/meetings/{}"),
        ("POST", "/meetings/{}/active-livestream/stop"),
        ("POST", "/meetings/{}/active-session/kick-all"),
        ("POST", "/meetings/{}/participants"),
        ("DELETE", "/meetings/{}/participants/{}"),
    }


@pytest.mark.parametrize(
    ("knobs", "what", "seen"),
    [
        ({"none_active_response": "200_idle"}, "active-livestream, none running", "200, status IDLE"),
        ({"none_active_response": "200_null"}, "active-livestream, none running", "200, data null"),
        ({"none_active_response": "200_empty"}, "active-livestream, none running", "200, data {}"),
        ({"none_active_response": "200_list"}, "active-livestream, none running", "200, an empty list"),
        ({"stop_none_status": 409}, "stop, none running", "409, own form"),
        ({"stop_none_status": 200}, "stop, none running", "200"),
        ({"participants_when_inactive": 403}, "add a participant, INACTIVE", "403, own form"),
        ({"search_lag_s": 3}, "search for its marker", "found after 3 s"),
        ({"search_lag_s": 99}, "search for its marker", "not found in 30 s"),
        ({"list_shape": "declared"}, "list of live streams", "200, one object, paging within"),
    ],
)
async def test_each_difference_is_told_and_no_other(knobs: dict[str, Any], what: str, seen: str) -> None:
    stage = Stage(**knobs)
    assert differing(await stage.probe()) == {what: seen}
    assert stage.service.rooms() == LEFT


ROOM = {"id": "m1", "title": "cuelight probe", "status": "INACTIVE", "live_stream_on_start": False}


@pytest.mark.parametrize(
    ("method", "path", "answer", "what", "seen"),
    [
        ("GET", "active-livestream$", [{"status": "LIVE"}], "active-livestream, none running", "200, a list"),
        ("GET", "active-livestream$", 7, "active-livestream, none running", "200, data of another kind"),
        ("GET", "active-livestream$", {"id": "x"}, "active-livestream, none running", "200, status unknown"),
        ("GET", "livestreams$", None, "list of live streams", "200, no list, no paging"),
        ("GET", "presets$", [{"name": "a"}], "presets", "200, an array, no paging"),
        ("POST", "participants$", {"id": "p1"}, "add a participant, INACTIVE", "200, without a token"),
        ("PATCH", CLOSE, ROOM, "close it", "200, INACTIVE, flag off, another title"),
    ],
)
async def test_odd_answers_have_words(method: str, path: str, answer: Any, what: str, seen: str) -> None:
    odd = Fault(method=method, path=path, body=json.dumps({"success": True, "data": answer}), effect=True)
    assert differing(await Stage().probe(odd))[what].startswith(seen)


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        ({"envelope": "gateway"}, "404, gateway form"),
        ({"envelope": "html"}, "404, unknown form"),
        ({"envelope": "empty"}, "404, unknown form"),
    ],
)
async def test_who_refuses_is_told_apart(fault: dict[str, Any], seen: str) -> None:
    told = differing(await Stage().probe(Fault(path="/stop$", status=404, **fault)))
    assert told == {"stop, none running": seen}


@pytest.mark.parametrize("status", [400, 404, 409])
async def test_each_known_way_to_kick_nobody_is_the_same(status: int) -> None:
    assert differing(await Stage(kick_none_status=status).probe()) == {}


async def test_without_a_preset_nobody_is_added_and_it_is_said() -> None:
    stage = Stage(presets=())
    probed = await stage.probe()
    (added,) = [each for each in probed.observations if each.what == "add a participant, INACTIVE"]
    assert (added.same, added.exchange) == (None, None)
    assert not [each for each in stage.service.asked() if each[0] == "DELETE"]


async def test_the_participant_is_removed_again() -> None:
    stage = Stage()
    await stage.probe()
    (tenant,) = stage.service.simulator.world.tenants.values()
    assert [each.participants for each in tenant.meetings.values()] == [{}]


async def test_a_clock_that_is_wrong_is_told() -> None:
    faults = Fault(method="POST", path=CREATE, headers={"Date": "Tue, 01 Dec 2026 11:59:00 GMT"})
    stage = Stage()
    assert stage.clock.now() == NOON
    assert differing(await stage.probe(faults)) == {"this machine's clock": "59 s off"}


async def test_a_page_longer_than_asked_for_is_told() -> None:
    page = {"success": True, "data": [{"id": "a"}, {"id": "b"}], "paging": {"total_count": 2}}
    stage = Stage()
    ordinary = Fault(method="GET", path=CREATE)
    longer = Fault(method="GET", path=CREATE, body=json.dumps(page))
    assert differing(await stage.probe(ordinary, ordinary, longer)) == {"meetings on a page of 1": "2 of 2"}


@pytest.mark.parametrize("then", ["hang", "drop"])
async def test_a_create_whose_answer_is_lost_is_found_and_left_inactive(then: Any) -> None:
    stage = Stage(search_lag_s=5)
    probed = await stage.probe(Fault(method="POST", path=CREATE, then=then))
    assert probed.closed
    assert differing(probed)["create a meeting"] == "no answer"
    assert stage.service.rooms() == LEFT


async def test_a_search_that_finds_somebody_elses_meeting_is_not_believed() -> None:
    stage = Stage()
    theirs = {"id": "theirs", "title": "Town hall", "status": "ACTIVE", "live_stream_on_start": True}
    loose = json.dumps({"success": True, "data": [theirs], "paging": {"total_count": 1}})
    first = Fault(method="GET", path=CREATE)
    lost = Fault(method="POST", path=CREATE, then="hang")
    assert (await stage.probe(first, lost, Fault(method="GET", path=CREATE, body=loose))).closed
    assert stage.service.rooms() == LEFT
    assert not [each for each in stage.service.asked() if "theirs" in each[1]]


async def test_a_lost_create_that_cannot_be_found_is_told_by_its_title() -> None:
    stage = Stage(search_lag_s=1000)
    with pytest.raises(NotProbedError, match="no answer"):
        await stage.probe(Fault(method="POST", path=CREATE, then="hang"))
    (tenant,) = stage.service.simulator.world.tenants.values()
    (room,) = tenant.meetings.values()
    assert room.title
    assert room.title in stage.told[-1]
    assert stage.told[-1].startswith("!!!")


async def test_a_create_that_is_refused_leaves_nothing_to_look_for() -> None:
    stage = Stage()
    with pytest.raises(NotProbedError, match=r"403, own form.*nothing was created"):
        await stage.probe(Fault(method="POST", path=CREATE, status=403))
    assert stage.told == []
    assert stage.service.rooms() == []


@pytest.mark.parametrize("knob", ["unauthorized", "forbidden"])
async def test_refused_credentials_end_it_before_anything_is_made(knob: str) -> None:
    stage = Stage(credentials_state=knob)
    with pytest.raises(NotProbedError, match=r"nothing was created.*API_TOKEN"):
        await stage.probe()
    assert [method for method, _ in stage.service.asked()] == ["GET"]


@pytest.mark.parametrize("fault", [{"status": 503, "envelope": "html"}, {"then": "hang"}, {"then": "drop"}])
@pytest.mark.parametrize(
    "path", ["active-livestream$", "stop$", "kick-all$", "presets", "participants", "livestreams$"]
)
async def test_trouble_in_the_middle_is_told_and_the_meeting_closed(path: str, fault: dict[str, Any]) -> None:
    stage = Stage()
    probed = await stage.probe(Fault(path=path, **fault))
    assert len(differing(probed)) == 1
    assert probed.closed
    assert stage.service.rooms() == LEFT


async def test_a_closing_that_fails_is_repeated() -> None:
    stage = Stage()
    probed = await stage.probe(Fault(method="PATCH", path=CLOSE, status=503, times=4))
    assert probed.closed
    assert stage.service.rooms() == LEFT


async def test_a_meeting_that_cannot_be_closed_is_shouted_with_its_id() -> None:
    stage = Stage()
    probed = await stage.probe(Fault(method="PATCH", path=CLOSE, status=503, times=100))
    assert not probed.closed
    assert stage.service.rooms() == [("ACTIVE", True)]
    assert stage.told[-1].startswith(f"!!! the meeting {probed.meeting_id} may be open")


CLOSING = 18
"""The number of the last PATCH, when nothing goes wrong."""


@pytest.mark.parametrize("at", range(2, CLOSING))
async def test_wherever_it_is_interrupted_the_meeting_is_left_inactive(at: int) -> None:
    stage = Stage()
    await interrupted(stage, at)
    assert stage.service.rooms() == LEFT
    assert stage.told[-1].endswith("is INACTIVE, and its flag is off")


@pytest.mark.parametrize("at", [CLOSING, CLOSING + 1])
async def test_when_even_the_closing_is_interrupted_the_meeting_is_shouted(at: int) -> None:
    stage = Stage()
    await interrupted(stage, at)
    assert stage.told[-1].startswith("!!! the meeting ")


async def interrupted(stage: Stage, at: int) -> None:
    """Let the probe be cancelled as the answer to its so-and-so-manieth question comes."""
    asked = 0

    class Interrupting(Transport):
        async def send(self, method: str, url: str, authorization: str, **content: Any) -> Any:
            nonlocal asked
            asked += 1
            reply = await super().send(method, url, authorization, **content)
            if asked == at:
                raise asyncio.CancelledError
            return reply

    way = httpx.ASGITransport(stage.service.simulator.app)
    with pytest.raises(asyncio.CancelledError):
        await probe(stage.service.account, Interrupting(way), stage.clock, stage.told.append)
    assert asked >= at


@pytest.mark.parametrize("flavour", FLAVOURS)
async def test_neither_document_nor_table_holds_a_secret_or_an_id_of_the_account(flavour: str) -> None:
    echo = {"canary-key": {"token": TICKET, "stream_key": KEY, "organization_id": "canary-org-id"}}
    odd = Fault(
        path="active-livestream$",
        body=json.dumps({"success": True, "data": {"status": "canary-org-id", **echo}}),
    )
    stage = Stage(flavour=flavour)
    probed = await stage.probe(odd)
    account = stage.service.account
    shared = json.dumps(document(probed, account, NOON)) + str(list(rows(probed, account)))
    assert not [each for each in CANARIES if each in shared + str(stage.told)]
    assert probed.meeting_id in shared
    assert f'"flavour": "{flavour}"' in shared
    assert "2026-12-01T12:00:00Z" in shared


def test_whatever_was_seen_the_last_thing_before_sharing_hides() -> None:
    account = Stage().service.account
    leak = f"{account.secret} {account.authorization} {account.account_id} {account.app_id}"
    probed = Probed("realtimekit", "m1", (Observation("x", "y", leak, same=False),), closed=True)
    shared = json.dumps(document(probed, account, NOON)) + str(list(rows(probed, account)))
    assert shared.count("[hidden]") == 8
    assert not [each for each in CANARIES if each in shared]


async def test_each_question_is_written_down_with_its_answers_form() -> None:
    stage = Stage()
    written = document(await stage.probe(), stage.service.account, NOON)
    found = {each["what"]: each for each in written["observations"]}
    added = found["add a participant, INACTIVE"]
    assert added["request"]["route"] == "/meetings/{}/participants"
    assert added["request"]["body"]["preset_name"] == "(the first preset)"
    assert (added["status"], added["shape"]["data"]["token"]) == (201, "string")
    assert added["cf_ray"].endswith("-SIM")
    assert added["seconds"] >= 0


def test_a_shape_has_keys_and_types_and_no_value() -> None:
    found = {"id": "s3cret", "n": 1.5, "ok": True, "none": None, "list": [{"a": "s"}, 2], "0d5a4f0e-2f0b": 1}
    assert shape(found) == {
        "id": "string",
        "n": "number",
        "ok": "boolean",
        "none": "null",
        "list": [{"a": "string"}],
        "(another key)": "number",
    }
