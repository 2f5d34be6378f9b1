"""The accounts of a rehearsal stand for the real ones, and open nothing."""

from pathlib import Path

from pydantic import SecretStr

from config.setting_types import Flavour
from config.settings import AccountSettings, AlertSettings, Settings
from tests.unit.rehearsal.known import broadcast
from worker.installation.accounts import quota_groups, secrets_of
from worker.rehearsal.accounts import host_of, secret_of, stage_settings

REAL = "true-canary-token-of-an-account"


def settings(**accounts: AccountSettings) -> Settings:
    return Settings(
        database_url=SecretStr("postgresql://u:true-canary-password@db.example/x"),
        state_dir=Path("/var/lib/cuelight"),
        accounts=accounts,
        alerts=AlertSettings(urls=(SecretStr("https://alerts.example/true-canary-path"),)),
        heartbeat_url=SecretStr("https://heart.example/true-canary-beat"),
        secrets={"bucket": SecretStr("true-canary-bucket-key")},
    )


def kit(**options: object) -> AccountSettings:
    real = {"account_id": "a", "app_id": "b", "api_token": REAL}
    return AccountSettings.model_validate({"flavour": Flavour.REALTIMEKIT, **real, **options})


def dyte() -> AccountSettings:
    return AccountSettings.model_validate({"flavour": Flavour.DYTE, "org_id": "o", "api_key": REAL})


def test_nothing_of_the_settings_that_is_secret_or_leads_anywhere_is_in_them() -> None:
    found = stage_settings(settings(default=kit(), other=dyte()), [])
    assert not [each for each in secrets_of(found) if "true-canary" in each]
    assert all(host_of(each).endswith(".invalid") for each in found.accounts.values())
    assert (found.alerts.urls, found.heartbeat_url, found.http.port) == ((), None, 0)


def test_flavours_and_quotas_are_those_of_the_real_ones() -> None:
    real = settings(one=kit(quota="q", calls_per_5_minutes=50), two=kit(quota="q"), three=dyte())
    found = stage_settings(real, [])
    assert quota_groups(found) == {"one": "q", "two": "q", "three": "three"}
    assert [each.calls_per_5_minutes for each in found.accounts.values()] == [50, 1200, 1200]
    assert [each.flavour for each in found.accounts.values()] == ["realtimekit", "realtimekit", "dyte"]
    one, two, three = found.accounts.values()
    assert (host_of(one), secret_of(one)) == (host_of(two), secret_of(two))
    assert (one.account_id, one.app_id) != (two.account_id, two.app_id)
    assert host_of(three) != host_of(one)


def test_without_accounts_each_that_the_schedule_names_has_the_usual_quota() -> None:
    found = stage_settings(settings(), [broadcast("a"), broadcast("b", account="events")])
    assert sorted(found.accounts) == ["default", "events"]
    assert {each.calls_per_5_minutes for each in found.accounts.values()} == {1200}


def test_secrets_that_meetings_name_are_there_though_not_the_real_ones() -> None:
    wanted = broadcast("a", meeting={"storage_config": {"secret": {"secret_from": "archive"}}})
    found = stage_settings(settings(), [wanted])
    assert sorted(found.secrets) == ["archive", "bucket"]
