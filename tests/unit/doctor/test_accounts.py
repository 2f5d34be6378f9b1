"""Credentials are tried by one cheap read, and each way to fail has its words and its cure."""

import ssl
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import trustme

from tests.support.rude_server import always, reply, rude_server
from tests.unit.doctor.service import CANARIES, Service, service
from worker.doctor.accounts import Heard, ask
from worker.doctor.finding import Grade
from worker.kit.clock import SystemClock
from worker.provider.errors import NotSentError, UnansweredError
from worker.provider.flavours import FLAVOURS, Account
from worker.provider.transport import Transport
from worker.simulator import Fault


async def heard(account: Account, transport: Transport | None = None) -> Heard:
    used = transport or Transport(deadline=2)
    try:
        found = await ask(account, used, SystemClock())
    finally:
        await used.close()
    assert not [each for each in CANARIES if each in str(found)]
    return found


@pytest.mark.parametrize("flavour", FLAVOURS)
async def test_good_credentials_cost_one_read_of_one_meeting(flavour: str) -> None:
    with service(flavour=flavour) as real:
        found = await heard(real.account)
        assert found.finding.verdict is Grade.OK
        assert found.finding.text.startswith(f"{flavour} at 127.0.0.1:")
        assert found.skew
        assert abs(found.skew.certain) <= timedelta(seconds=1)
        (asked,) = real.simulator.requests
        assert (asked.method, asked.resource, asked.query["per_page"]) == ("GET", "/meetings", "1")


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(("knob", "status"), [("unauthorized", 401), ("forbidden", 403)])
async def test_refused_credentials_name_flavour_and_variables(flavour: str, knob: str, status: int) -> None:
    with service(flavour=flavour, credentials_state=knob) as real:
        found = await heard(real.account)
    assert found.finding.verdict is Grade.PROBLEM
    assert flavour in found.finding.text
    assert f"refuses the credentials ({status}" in found.finding.text
    key = "API_TOKEN" if flavour == "realtimekit" else "API_KEY"
    assert f"CUELIGHT_ACCOUNTS__MAIN__{key}" in found.finding.cure
    assert found.skew, "a refusal has a Date as well"


def elsewhere(real: Service) -> Account:
    return replace(real.account, base_url=f"{real.url}/client/v9/accounts/canary-account-id")


@pytest.mark.parametrize(("flavour", "variable"), [("realtimekit", "ACCOUNT_ID"), ("dyte", "BASE_URL")])
async def test_a_wrong_address_is_told_from_wrong_credentials(flavour: str, variable: str) -> None:
    with service(flavour=flavour) as real:
        found = (await heard(elsewhere(real))).finding
    assert found.verdict is Grade.PROBLEM
    assert "does not know this address" in found.text
    assert f"CUELIGHT_ACCOUNTS__MAIN__{variable}" in found.cure


FAULTS: list[tuple[dict[str, Any], Grade, str, str]] = [
    ({"status": 502, "envelope": "html"}, Grade.WARNING, "problem of its own (502", "status page"),
    ({"status": 429, "headers": {"retry-after": "77"}}, Grade.WARNING, "for 77 s more", "token of its own"),
    ({"status": 429}, Grade.WARNING, "for some minutes", "token of its own"),
    ({"status": 200, "body": "<html>"}, Grade.PROBLEM, "did not answer itself", "__BASE_URL"),
    ({"status": 302, "envelope": "html"}, Grade.PROBLEM, "did not answer itself", "proxy"),
    ({"status": 400}, Grade.PROBLEM, "refuses a simple read (400", "--probe"),
    ({"then": "hang"}, Grade.PROBLEM, "cannot be reached (no whole answer", "firewall"),
    ({"then": "drop"}, Grade.PROBLEM, "cannot be reached (the connection was lost", "firewall"),
]


@pytest.mark.parametrize(("fault", "verdict", "words", "cure"), FAULTS, ids=lambda each: str(each)[:40])
async def test_each_way_to_fail_has_its_cure(
    fault: dict[str, Any], verdict: Grade, words: str, cure: str
) -> None:
    with service() as real:
        real.simulator.script(Fault(**fault))
        found = (await heard(real.account, Transport(deadline=0.3))).finding
    assert found.verdict is verdict
    assert words in found.text
    assert cure in found.cure


async def test_a_secret_that_is_echoed_is_hidden() -> None:
    body = b'{"success": false, "error": {"message": "no canary+secret/of=an-account in canary-app-id"}}'
    with service() as real:
        async with rude_server(always(reply(body, "400 Bad Request"))) as rude:
            found = await heard(replace(real.account, base_url=f"http://127.0.0.1:{rude.port}"))
    assert "no [hidden] in [hidden]" in found.finding.text


async def test_a_port_where_nobody_listens_is_the_networks_fault() -> None:
    with service() as real:
        account = replace(real.account, base_url="http://127.0.0.1:9")
    found = (await heard(account)).finding
    assert "cannot be reached (no connection: ConnectionRefusedError)" in found.text
    assert "127.0.0.1 itself" in found.cure


async def test_a_server_without_tls_is_not_trusted() -> None:
    with service() as real:
        account = replace(real.account, base_url=real.account.address.replace("http:", "https:"))
        found = (await heard(account)).finding
    assert "cannot be trusted" in found.text
    assert "CA certificates" in found.cure


async def test_a_certificate_of_an_unknown_authority_has_the_cure_of_one() -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)
    with service() as real:
        async with rude_server(always(reply(b"{}")), tls) as rude:
            found = (await heard(replace(real.account, base_url=f"https://127.0.0.1:{rude.port}"))).finding
    assert "cannot be trusted" in found.text
    assert "unable to get local issuer certificate" in found.text
    assert "CA certificates" in found.cure
    assert "SSL_CERT_FILE" in found.cure


class Failing(Transport):
    """Fails as it is told."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    async def send(self, *_arguments: str, **_content: Any) -> Any:
        raise self._error


@pytest.mark.parametrize(
    ("error", "words", "cure"),
    [
        (NotSentError("no connection: gaierror"), "its name does not resolve here", "getent hosts"),
        (NotSentError("no connection: ClientConnectorCertificateError"), "cannot be trusted", "CA cert"),
        (NotSentError("no connection: TimeoutError"), "cannot be reached", "firewall"),
        (UnansweredError("no whole answer within 8 s"), "cannot be reached", "no proxy"),
    ],
)
async def test_the_network_is_told_apart(error: Exception, words: str, cure: str) -> None:
    with service() as real:
        account = real.account
    found = await heard(account, Failing(error))
    assert found.skew is None
    assert words in found.finding.text
    assert cure in found.finding.cure
