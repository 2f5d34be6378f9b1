"""What must not be shown of the settings, down to the parts that a library would use by themselves."""

import json

import pytest

from config.settings import load
from worker.installation.accounts import secrets_of
from worker.kit.logs import Redaction


def hidden(url: str, whose: str = "ALERTS") -> Redaction:
    settings = load({"CUELIGHT_STATE_DIR": "/state", f"CUELIGHT_{whose}__URLS": json.dumps([url])})
    return Redaction(secrets_of(settings))


@pytest.mark.parametrize(
    ("url", "used"),
    [
        ("discord://123456789012/Canary-Token_x", "POST /api/webhooks/123456789012/Canary-Token_x"),
        (
            "slack://CanaryAAA/CanaryBBB/CanaryCCCCCC/#ops",
            "https://hooks.slack.com/services/CanaryAAA/CanaryBBB/",
        ),
        (
            "tgram://123456789:Canary_bot-token/42/",
            "https://api.telegram.org/bot123456789:Canary_bot-token/send",
        ),
        ("mailto://ops:Canary%20password@example.org", "AUTH 'Canary password'"),
        ("json://example.org/hook?token=Canary-of-query", "GET /hook?token=Canary-of-query"),
        ("https://example.org/hooks/Canary-of-path", "POST /hooks/Canary-of-path"),
    ],
)
def test_the_parts_of_an_alerts_address_are_hidden_by_themselves(url: str, used: str) -> None:
    assert "anary" not in hidden(url).text(used)


def test_the_parts_of_an_address_that_events_go_to_are_hidden_by_themselves() -> None:
    redaction = hidden("https://example.org/hooks/Canary-of-path?token=Canary-of-query", "WEBHOOKS")
    for used in ("POST /hooks/Canary-of-path", "GET /hook?token=Canary-of-query"):
        assert "anary" not in redaction.text(used)


def test_a_host_and_short_words_of_an_address_are_not_hidden() -> None:
    text = "example.org has no hook, ops"
    assert hidden("https://example.org/webhooks/cuelight").text("cuelight posts webhooks") == (
        "cuelight posts webhooks"
    )
    assert hidden("mailto://ops:Canary-password@example.org/hook/ops").text(text) == text


def test_the_parts_of_an_address_by_which_hosts_are_told_are_hidden_around_their_own() -> None:
    url = "mailtos://ops:Canary%20password@smtp.example.org?to={to}&from=canary-sender@example.org"
    settings = load({"CUELIGHT_STATE_DIR": "/state", "CUELIGHT_NOTIFY__MAIL": url})
    redaction = Redaction(secrets_of(settings))
    for used in (url.replace("{to}", "anna%40example.org"), "AUTH 'Canary password'"):
        assert "anary" not in redaction.text(used)
