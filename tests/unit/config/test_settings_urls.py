"""Which URLs may be plain http, and how https may be written."""

import json

import pytest

from tests.unit.config.loading import ACCOUNT, MAIN, loaded, problems


def test_plain_http_is_for_loopback_alone() -> None:
    for host in ("localhost", "127.0.0.1", "127.9.9.9", "[::1]"):
        settings = loaded({**MAIN, f"{ACCOUNT}BASE_URL": f"http://{host}:1/x"})
        assert settings.accounts["main"].base_url == f"http://{host}:1/x"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "[::1]"])
def test_what_is_posted_to_this_machine_may_be_plain_http(host: str) -> None:
    url = f"http://{host}:1/hook"
    posted_to = {f"CUELIGHT_{each}__URLS": f'["{url}"]' for each in ("ALERTS", "WEBHOOKS")}
    settings = loaded({"CUELIGHT_HEARTBEAT_URL": url, **posted_to})
    assert settings.heartbeat_url is not None
    assert settings.heartbeat_url.get_secret_value() == url
    assert [each.get_secret_value() for each in settings.alerts.urls] == [url]
    assert [each.get_secret_value() for each in settings.webhooks.urls] == [url]


@pytest.mark.parametrize(
    "written", ["HTTPS://example.org/Hook", " https://example.org/Hook\n", "Https://example.org/Hook"]
)
def test_https_is_https_however_it_is_written(written: str) -> None:
    settings = loaded(
        {
            **MAIN,
            f"{ACCOUNT}BASE_URL": written,
            f"{ACCOUNT}JOIN_URL": written.rstrip() + "?t={token}",
            "CUELIGHT_HEARTBEAT_URL": written,
            "CUELIGHT_ALERTS__URLS": json.dumps([written, "discord://Id/Token"]),
        }
    )
    right = "https://example.org/Hook"
    account = settings.accounts["main"]
    assert settings.heartbeat_url is not None
    assert (account.base_url, account.join_url) == (right, f"{right}?t={{token}}")
    assert settings.heartbeat_url.get_secret_value() == right
    assert [each.get_secret_value() for each in settings.alerts.urls] == [right, "discord://Id/Token"]


def test_a_service_by_which_hosts_are_told_has_a_place_for_their_address() -> None:
    settings = loaded({"CUELIGHT_NOTIFY__MAIL": " MAILTOS://user:pass@example.org?to={to}"})
    (url,) = settings.notify.values()
    assert (list(settings.notify), url.get_secret_value()) == (
        ["mail"],
        "mailtos://user:pass@example.org?to={to}",
    )


@pytest.mark.parametrize("url", ["mailtos://user:open-sesame@example.org", "open-sesame{to}"])
def test_one_without_such_a_place_is_refused_and_not_repeated(url: str) -> None:
    told = problems({"CUELIGHT_NOTIFY__MAIL": url})
    assert (
        told == "CUELIGHT_NOTIFY__MAIL: write an address of apprise's with {to} where the host's own belongs"
    )


def test_a_service_is_named_as_a_secret_is() -> None:
    assert "name a service by letters and digits" in problems({"CUELIGHT_NOTIFY": '{"a-b": "x://{to}"}'})
