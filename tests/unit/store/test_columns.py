"""Column types: nothing naive goes in, and nothing that comes out raises."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Dialect, create_mock_engine

from tests.support.clock import NOON
from worker.store.engine.columns import Flag, Garbled, UTCDateTime

SQLITE, POSTGRESQL = (create_mock_engine(url, str).dialect for url in ("sqlite://", "postgresql+psycopg://"))
ZONES = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(9000, 1, 1), timezones=ZONES)  # noqa: DTZ001 - Hypothesis wants them naive


@given(INSTANTS)
def test_an_instant_comes_back_in_utc_whatever_its_offset(at: datetime) -> None:
    kept = UTCDateTime().process_bind_param(at, SQLITE)
    found = UTCDateTime().process_result_value(kept, SQLITE)
    assert found == at
    assert isinstance(found, datetime)
    assert found.tzinfo is UTC


@given(INSTANTS, INSTANTS)
def test_on_sqlite_the_order_of_text_is_the_order_of_time(one: datetime, other: datetime) -> None:
    kept = [UTCDateTime().process_bind_param(each, SQLITE) for each in (one, other)]
    assert (kept[0] < kept[1]) == (one < other)


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRESQL])
def test_a_naive_instant_is_refused(dialect: Dialect) -> None:
    with pytest.raises(ValueError, match="without a UTC offset"):
        UTCDateTime().process_bind_param(NOON.replace(tzinfo=None), dialect)


@given(st.none() | st.text() | st.integers() | st.binary() | st.floats())
def test_whatever_a_column_holds_reading_it_does_not_raise(found: object) -> None:
    for dialect in (SQLITE, POSTGRESQL):
        assert isinstance(UTCDateTime().process_result_value(found, dialect), datetime | Garbled | None)
    assert isinstance(Flag().process_result_value(found, SQLITE), bool | Garbled)


@pytest.mark.parametrize(
    "text", ["2026-12-01T18:00:00Z", "2026-12-01T18:00:00.000000", "2026-13-01T18:00:00.000000Z"]
)
def test_text_in_another_form_is_garbled(text: str) -> None:
    assert isinstance(UTCDateTime().process_result_value(text, SQLITE), Garbled)


@pytest.mark.parametrize("text", ["infinity", "200000-01-01 00:00:00+00", "0044-03-15 00:00:00+00 BC", ""])
def test_what_postgresql_holds_and_no_datetime_can_is_garbled(text: str) -> None:
    assert isinstance(UTCDateTime().process_result_value(text, POSTGRESQL), Garbled)


def test_an_instant_that_postgresql_tells_is_read_in_utc() -> None:
    assert UTCDateTime().process_result_value("2026-12-01 17:30:00+05:30", POSTGRESQL) == NOON


def test_a_flag_is_one_or_nought() -> None:
    assert Flag().process_result_value(1, SQLITE) is True
    assert Flag().process_result_value(0, SQLITE) is False
    assert Flag().process_result_value("true", SQLITE) == Garbled("'true'")
