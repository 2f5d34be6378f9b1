"""Meeting fields are checked against the flavour of the account that a broadcast airs on."""

import pytest

from config.meeting_fields import CREATED, KNOWN, NESTED, PATCHED
from config.schedule import parse

FLAVOURS = {"default": "dyte", "kit": "realtimekit", "new": "realtime-v2"}
HEAD = "timezone: UTC\n"
ENTRY = "  - key: show\n    title: Show\n    start: 2026-12-01T18:00\n    duration: 1h\n"


def remarks(more: str, defaults: str = "", flavours: dict[str, str] | None = FLAVOURS) -> list[str]:
    text = f"{HEAD}{defaults}broadcasts:\n{ENTRY}{more}"
    accounts = sorted(FLAVOURS) if flavours is None else flavours
    reading = parse(text.encode(), "f", accounts)
    assert reading.schedule
    return [str(each) for each in reading.problems]


KEEPS = "    meeting: {session_keep_alive_time_in_secs: 120}\n"
RECORDS = "    meeting: {recording_config: {max_seconds: 60}}\n"


def test_a_field_that_the_flavour_does_not_have_is_told_at_its_place() -> None:
    (told,) = remarks(KEEPS)
    assert told.startswith("f:7:15: warning: session_keep_alive_time_in_secs: dyte has no such field")
    (told,) = remarks("    account: kit\n    meeting: {preferred_region: us-east-1}\n")
    assert told.startswith("f:8:15: warning: preferred_region: realtimekit has no such field")


@pytest.mark.parametrize("account", ["kit", "new"])
def test_what_the_flavour_has_or_nobody_knows_of_is_not_told(account: str) -> None:
    assert remarks(f"    account: {account}\n{KEEPS}") == []
    assert remarks(f"    account: {account}\n{RECORDS}") == []


def test_what_cannot_be_changed_later_is_told() -> None:
    (told,) = remarks(RECORDS)
    assert "recording_config: dyte accepts it only when a meeting is created" in told


def test_the_bucket_of_another_flavour_is_told_with_this_ones_name() -> None:
    bucket = "    meeting: {recording_config: {dyte_bucket_config: {enabled: true}}}\n"
    (told,) = remarks(f"    account: kit\n{bucket}")
    assert "dyte_bucket_config is dyte's; realtimekit calls it realtimekit_bucket_config" in told


def test_one_occurrence_may_have_an_account_or_fields_of_its_own() -> None:
    rule = "    account: kit\n    repeat: FREQ=DAILY;COUNT=3\n"
    change = "    change:\n      2026-12-02: {account: default, meeting: {transcribe_on_end: true}}\n"
    (told,) = remarks(rule + change)
    assert told.startswith("f:10:")
    assert "transcribe_on_end: dyte has no such field" in told


def test_what_the_defaults_say_is_checked_for_who_takes_it_over() -> None:
    assert remarks("", "defaults:\n  meeting: {session_keep_alive_time_in_secs: 120}\n")


def test_without_the_accounts_flavours_nothing_is_told() -> None:
    assert remarks(KEEPS, flavours=None) == []


@pytest.mark.parametrize(
    ("fields", "is_told"),
    [
        ("summarize_on_end: true", True),
        ("summarize_on_end: true, transcribe_on_end: true", False),
        ("summarize_on_end: true, ai_config: {transcription: {language: de}}", False),
        ("summarize_on_end: false", False),
    ],
)
def test_summaries_need_transcripts(fields: str, *, is_told: bool) -> None:
    told = remarks(f"    account: kit\n    meeting: {{{fields}}}\n")
    assert any("summaries need transcripts" in each for each in told) is is_told


def test_a_nested_name_that_is_like_no_other_is_passed_on_with_a_warning() -> None:
    (told,) = remarks("    account: kit\n    meeting: {recording_config: {zzz: 1}}\n")
    assert "warning: unknown field 'zzz' in recording_config; it is passed on unchanged" in told


def test_the_tables_agree_with_each_other() -> None:
    for flavour, created in CREATED.items():
        assert PATCHED[flavour] <= created <= set(KNOWN)
    for path in NESTED:
        outer, _, name = path.rpartition(".")
        assert name in (NESTED[outer] if outer else KNOWN)
