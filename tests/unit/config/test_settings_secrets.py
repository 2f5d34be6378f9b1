"""Secrets: where they may lie, and that they are never told."""

import traceback
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from config.settings import SettingsError
from tests.unit.config.loading import MAIN, SECRET, loaded, problems


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text(f"{SECRET}\n")
    environ = {name: value for name, value in MAIN.items() if not name.endswith("TOKEN")}
    settings = loaded({**environ, "CUELIGHT_ACCOUNTS__MAIN__API_TOKEN_FILE": str(path)})
    token = settings.accounts["main"].api_token
    assert token is not None
    assert token.get_secret_value() == SECRET


def test_a_service_by_which_hosts_are_told_may_lie_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mail"
    path.write_text(f"mailto://user:{SECRET}@example.org?to={{to}}\n")
    settings = loaded({"CUELIGHT_NOTIFY__MAIL_FILE": str(path)})
    assert settings.notify["mail"].get_secret_value().endswith("?to={to}")
    assert SECRET not in repr(settings)


def test_where_events_go_and_what_signs_them_may_lie_in_files(tmp_path: Path) -> None:
    (tmp_path / "urls").write_text(f'["https://example.org/{SECRET}"]\n')
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    files = {f"CUELIGHT_WEBHOOKS__{each.upper()}_FILE": str(tmp_path / each) for each in ("urls", "secret")}
    webhooks = loaded(files).webhooks
    assert [each.get_secret_value() for each in webhooks.urls] == [f"https://example.org/{SECRET}"]
    assert webhooks.secret is not None
    assert webhooks.secret.get_secret_value() == SECRET
    assert SECRET not in repr(webhooks)


def test_a_secret_may_be_a_credential_of_systemd(tmp_path: Path) -> None:
    (tmp_path / "CUELIGHT_HTTP__TOKEN").write_text(SECRET)
    (tmp_path / "CUELIGHT_HTTP__PORT").write_text("1")
    (tmp_path / "something-else").write_bytes(b"\xff")
    settings = loaded({"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert settings.http.token is not None
    assert settings.http.token.get_secret_value() == SECRET
    assert settings.http.port == 8080
    named = loaded({"CREDENTIALS_DIRECTORY": str(tmp_path), "CUELIGHT_HTTP__TOKEN": "named-by-hand"})
    assert named.http.token is not None
    assert named.http.token.get_secret_value() == "named-by-hand"


def test_a_secret_file_that_cannot_be_used_is_named_with_the_reason(tmp_path: Path) -> None:
    binary, long = tmp_path / "binary", tmp_path / "long"
    binary.write_bytes(b"\xff\xfe")
    long.write_text("x" * 100_000)
    for path, reason in (
        (tmp_path / "none", "No such file"),
        (tmp_path, "Is a directory"),
        (binary, "not a short UTF-8 text"),
        (long, "not a short UTF-8 text"),
    ):
        assert f"CUELIGHT_HTTP__TOKEN: the file {path} cannot be used: {reason}" in problems(
            {"CUELIGHT_HTTP__TOKEN_FILE": str(path)}
        )


def test_a_secret_and_its_file_exclude_each_other(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("x")
    both = {"CUELIGHT_HTTP__TOKEN": SECRET, "CUELIGHT_HTTP__TOKEN_FILE": str(path)}
    assert problems(both) == "CUELIGHT_HTTP__TOKEN and CUELIGHT_HTTP__TOKEN_FILE are both set: unset one"


def test_settings_never_show_a_secret() -> None:
    shown = loaded({**MAIN, "CUELIGHT_ALERTS__URLS": f'["json://{SECRET}"]', "CUELIGHT_HTTP__TOKEN": SECRET})
    assert SECRET not in f"{shown!r} {shown} {shown.model_dump()} {shown.model_dump_json()}"


NAMES = st.sampled_from(
    [
        "HORIZON",
        "POLL",
        "POLL__LIVE",
        "HTTP",
        "HTTP__PORT",
        "HTTP__TOKEN__X",
        "ACCOUNTS",
        "ACCOUNTS__",
        "ACCOUNTS__MAIN",
        "ACCOUNTS__MAIN__API_TOKEN",
        "ACCOUNTS__MAIN__API_TOKEN__X",
        "ACCOUNTS____API_KEY",
        "ALERTS",
        "ALERTS__URLS",
        "ALERTS__URLS__0",
        "DATABASE_URL",
        "WEBHOOKS__URLS",
        "WEBHOOKS__SECRET",
        "WEBHOOKS__FORMER_SECRET",
        "NOTIFY",
        "NOTIFY__MAIL",
        "NOTIFY__MAIL__X",
        "",
        "__",
    ]
)
VALUES = st.sampled_from(
    [SECRET, "{}", "[]", '{"a": 1}', f'["{SECRET}"]', f'{{"main": "{SECRET}"}}', "1s", "1", "{", "null"]
)


@given(
    st.dictionaries(
        NAMES.map(lambda name: f"CUELIGHT_{name}"), VALUES | st.text(st.characters(codec="utf-8"))
    )
)
def test_any_environment_makes_settings_or_problems_and_tells_no_secret(environ: dict[str, str]) -> None:
    try:
        told = repr(loaded({**MAIN, **environ}))
    except SettingsError as error:
        told = "".join(traceback.format_exception(error))
    assert SECRET not in told
