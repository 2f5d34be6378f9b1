"""No result and no error of the client shows a secret."""

import base64
from urllib.parse import quote

import pytest

from jobs.run.observations import StreamStatus
from tests.contract.scene import CALLS, KEY, TICKET, TOKEN, scene
from tests.support.leaks import shown
from worker.provider.errors import (
    ProviderError,
)
from worker.provider.flavours import FLAVOURS, Account
from worker.simulator import Fault


def canaries(account: Account) -> set[str]:
    plain = {KEY, TICKET, TOKEN, account.authorization.partition(" ")[2]}
    encoded = {base64.b64encode(each.encode()).decode().rstrip("=")[:-1] for each in plain}
    return plain | {quote(each, safe="") for each in plain} | encoded


@pytest.mark.parametrize("flavour", FLAVOURS)
async def test_no_result_of_a_read_shows_a_secret(flavour: str) -> None:
    async with scene(flavour=flavour) as s:
        room = await s.on_air()
        host = await s.client.add_participant(room, "Studio", "webinar_presenter", "studio-1")
        results: list[object] = [
            host,
            await s.client.active_stream(room),
            await s.client.streams(StreamStatus.LIVE),
            await s.client.participants(room),
            await s.client.active_session(room),
            await s.client.meeting(room),
            s.account,
            s.client,
            s.records,
        ]
        text = "".join(map(repr, results)) + "".join(map(str, results)) + repr(s.records)
        assert not [each for each in canaries(s.account) if each in text]


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("name", CALLS)
async def test_no_error_shows_a_secret_that_the_answer_echoes(flavour: str, name: str) -> None:
    async with scene(flavour=flavour) as s:
        said = " ".join(("x" * 170, *s.account.secrets)).replace('"', "")
        own = f'{{"success": false, "error": {{"code": 400, "message": "{said}"}}}}'
        key = f'{{"success": true, "data": {{"stream_key": "{KEY}", "token": 7, "t": "{TICKET}"}}}}'
        bodies = [(400, own), (500, own), (200, own), (200, key[:-1]), (401, f'{{"message": "{said}"}}')]
        for status, body in bodies:
            s.simulator.script(Fault(status=status, body=body))
            with pytest.raises(ProviderError) as raised:
                await CALLS[name](s.client)
            text = shown(raised.value) + repr(s.records)
            assert not [each for each in (*canaries(s.account), TOKEN[:12]) if each in text]
