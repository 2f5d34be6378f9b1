"""What of the list of a meeting's livestreams says that something was LIVE, and what does not."""

from datetime import UTC, datetime
from typing import Any

import pytest

from jobs.run.observations import Airing
from worker.provider.airing import airings
from worker.provider.errors import BadReplyError

LIVE_AT, OFF_AT = (datetime(2026, 12, 1, 18, minute, tzinfo=UTC) for minute in (0, 30))
RAN: dict[str, Any] = {
    "id": "run-1",
    "livestream_id": "stream-1",
    "invoked_time": "2026-12-01T17:59:45Z",
    "started_time": "2026-12-01T18:00:00Z",
    "stopped_time": "2026-12-01T18:30:00Z",
    "ingest_seconds": 1800,
    "created_at": "2026-12-01T17:59:45Z",
}
UNSTARTED = RAN | {"started_time": None}


def told(*sessions: object) -> tuple[Airing, ...]:
    return airings({"livestream": {"id": "stream-1", "status": "OFFLINE"}, "sessions": list(sessions)})


@pytest.mark.parametrize("nothing", [None, {}, [], {"livestream": {}, "sessions": []}])
def test_nothing_is_nothing(nothing: object) -> None:
    assert airings(nothing) == ()


@pytest.mark.parametrize("other", [{"livestream": {}}, {"id": "m"}, "LIVE", [RAN], 7])
def test_what_is_no_such_list_proves_nothing(other: object) -> None:
    with pytest.raises(BadReplyError):
        airings(other)


def test_a_session_says_from_when_until_when() -> None:
    assert told(RAN) == (Airing(LIVE_AT, OFF_AT),)
    assert airings({"livestreams": [{"id": "stream-1"}], "sessions": RAN}) == (Airing(LIVE_AT, OFF_AT),)
    assert airings({"livestream": {"id": "stream-1"}, "session": RAN}) == (Airing(LIVE_AT, OFF_AT),)


@pytest.mark.parametrize("written", ["2026-12-01T18:00:00", "2026-12-01T19:00:00+01:00"])
def test_an_instant_without_an_offset_is_in_utc(written: str) -> None:
    assert told(RAN | {"started_time": written}) == (Airing(LIVE_AT, OFF_AT),)


@pytest.mark.parametrize("odd", ["null", "", 1764612000, "0001-01-01T00:00:00+23:59", [], None, "soon"])
def test_an_end_that_cannot_be_read_is_not_said(odd: object) -> None:
    assert told(RAN | {"stopped_time": odd}) == (Airing(LIVE_AT),)


@pytest.mark.parametrize("early", [60, "60", "60.0", 0, None, "NaN", "many", True])
def test_an_early_counter_alone_proves_nothing(early: object) -> None:
    assert told(UNSTARTED | {"ingest_seconds": early}) == ()


@pytest.mark.parametrize("real", [1800, "1800", 61.5, "61.5"])
def test_a_real_count_proves_it_from_when_it_was_invoked(real: object) -> None:
    invoked_at = datetime(2026, 12, 1, 17, 59, 45, tzinfo=UTC)
    assert told(UNSTARTED | {"ingest_seconds": real}) == (Airing(invoked_at, OFF_AT),)


def test_what_started_and_never_took_anything_in_was_not_live() -> None:
    assert told(RAN | {"ingest_seconds": 0}) == ()
    assert told(RAN | {"ingest_seconds": 0, "stopped_time": None}) == (Airing(LIVE_AT),)


def test_a_livestream_whose_session_is_not_shown_tells_by_its_own_counter() -> None:
    other = {"id": "stream-2", "created_at": "2026-12-01T18:00:00Z", "ingest_seconds": "900"}
    listed = {"livestreams": [{"id": "stream-1", "ingest_seconds": 5}, other], "sessions": RAN}
    assert airings(listed) == (Airing(LIVE_AT, OFF_AT), Airing(LIVE_AT))


def test_what_is_no_session_hides_no_other() -> None:
    assert told("sick", None, {"started_time": 5}, RAN) == (Airing(LIVE_AT, OFF_AT),)
