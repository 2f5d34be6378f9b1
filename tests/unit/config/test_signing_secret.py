"""With which key webhooks are signed, and that no such secret is told."""

import base64

import pytest

from config.settings import load
from config.signing_secret import key
from tests.unit.config.loading import HOME, loaded, problems
from worker.installation.accounts import secrets_of
from worker.kit.logs import Redaction

KEY = bytes(range(200, 232))
WRITTEN = base64.b64encode(KEY).decode()


@pytest.mark.parametrize("written", [WRITTEN, WRITTEN.rstrip("=")])
def test_what_is_marked_is_a_key_in_base64_with_or_without_its_padding(written: str) -> None:
    assert key(f"whsec_{written}") == KEY


@pytest.mark.parametrize(
    "text", ["open-sesame", WRITTEN, "Whsec_open-sesame", "\u00e4\u00f6\u00fc\u00e4\u00f6\u00fc\u00e4\u00f6"]
)
def test_any_other_text_is_the_key_itself(text: str) -> None:
    assert key(text) == text.encode()


@pytest.mark.parametrize(
    "secret",
    ["whsec_", "whsec_open-sesame", f"whsec_{WRITTEN[:28]}", f"whsec_{WRITTEN * 3}", f"whsec_{WRITTEN}!"],
)
def test_what_is_marked_and_is_no_such_key_is_refused_and_not_repeated(secret: str) -> None:
    with pytest.raises(ValueError, match="write 24 to 64 bytes in base64") as refused:
        key(secret)
    assert WRITTEN[:20] not in str(refused.value)
    told = problems({"CUELIGHT_ALERTS__SECRET": secret.ljust(8, "x")})
    assert told.startswith("CUELIGHT_ALERTS__SECRET: after whsec_ write 24 to 64 bytes in base64")


@pytest.mark.parametrize("whose", ["ALERTS", "WEBHOOKS"])
def test_it_is_hidden_with_its_mark_and_without(whose: str) -> None:
    secret = f"whsec_{WRITTEN}"
    settings = load({**HOME, f"CUELIGHT_{whose}__SECRET": secret})
    redaction = Redaction(secrets_of(settings))
    assert WRITTEN not in redaction.text(f"{secret} {WRITTEN}")
    assert WRITTEN not in repr(loaded({f"CUELIGHT_{whose}__SECRET": secret}))
