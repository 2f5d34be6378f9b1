"""File, row and command hold the same bounds: what one takes, the others take."""

import json
import unicodedata
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import scalars
from config.bounds import LONGEST_NAME, MOST_HOSTS
from config.schedule import Reading, parse
from jobs.ids import objection
from jobs.marker import marked, marker, room_left_for_title
from jobs.model import TITLE_LIMIT, Broadcast, Host
from jobs.schedule.recurrence import find
from worker.store.queries import rows

WIDE = "界"


def reading(hosts: int) -> Reading:
    written = [
        {"id": f"{number:05}".ljust(64, "x"), "name": WIDE * LONGEST_NAME, "preset": "p" * 64}
        for number in range(hosts)
    ]
    entry = {
        "key": "a",
        "title": "Town hall",
        "start": "2026-12-01T18:00",
        "duration": "1h",
        "hosts": written,
    }
    document = json.dumps({"timezone": "UTC", "broadcasts": [entry]}, ensure_ascii=False, indent=1)
    return parse(document.encode(), "f")


@cache
def broadcast() -> Broadcast:
    found = reading(MOST_HOSTS)
    assert found.schedule is not None, [str(each) for each in found.problems]
    (entry,) = found.schedule.entries
    occurrence = find(entry, "a")
    assert occurrence
    return replace(occurrence.broadcast, entry=None)  # As an operator would add it.


def test_as_many_hosts_with_as_long_names_as_a_file_may_hold_are_taken_by_a_row() -> None:
    wanted = broadcast()
    assert len(wanted.hosts) == MOST_HOSTS
    assert rows.objection(wanted) == ""


def test_one_host_more_is_refused_by_file_and_row_in_the_same_words() -> None:
    reason = f"{MOST_HOSTS + 1} hosts, {MOST_HOSTS} at most"
    assert reason in str(reading(MOST_HOSTS + 1).problems[0])
    wanted = broadcast()
    more = replace(wanted, hosts=(*wanted.hosts, Host("one-more", "Studio", "presenter")))
    assert reason in rows.objection(more)


def test_a_longer_name_is_refused_by_a_row_too() -> None:
    longest = Host("studio", WIDE * (LONGEST_NAME + 1), "presenter")
    assert f"{LONGEST_NAME} at most" in rows.objection(replace(broadcast(), hosts=(longest,)))


@pytest.mark.parametrize(
    "text",
    [
        "a",
        "a.b_c:d-9",
        "x" * 64,
        "webinar@2026-12-01",
        "webinar@2026-12-01T1800",
        "webinar@2026-12-01T180030.2",
    ],
)
def test_what_schedules_and_people_call_broadcasts_are_ids(text: str) -> None:
    assert objection(text) == ""


@pytest.mark.parametrize(
    "text", ["", "-a", "A", "x" * 65, "a b", "a@b", "a@2026-12-01T18:00", "a\n", "webinar@2026-12-01T"]
)
def test_nothing_else_is_an_id(text: str) -> None:
    assert "write 1 to 64" in objection(text)


LANGUAGES = {
    "a no-break space": "Saal\u00a0A",
    "an ideographic space": "\u4f1a\u8bae\u3000\u5ba4",
    "an emoji of several": "\U0001f469\u200d\U0001f469\u200d\U0001f467 Family",
    "a Persian non-joiner": "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "Hebrew with its mark": "\u05e9\u05dc\u05d5\u05dd\u200f!",
    "a soft hyphen": "Vor\u00adtrag",
    "an emoji newer than the tables": "\U0001faff\U0001fadd",
}


@pytest.mark.parametrize("title", LANGUAGES.values(), ids=LANGUAGES)
def test_a_title_may_be_in_any_language(title: str) -> None:
    assert refused_by_file(title) == ""
    assert refused_by_row(title) == ""


@pytest.mark.parametrize(
    "title",
    [
        *(
            "",
            " ",
            "\u00a0\u3000",
            "\u200d",
            "\u200b\ufeff",
            "a\nb",
            "a\rb",
            "a\tb",
            "a\0b",
            "a\x1b[2J",
            "a\x9b1m",
        ),
        *("a\x85b", "a\u2028b", "a\u2029b", "a\u202eb", "a\u202ab", "a\u2066b", "a\u2069b", "a\ud800b"),
    ],
)
def test_a_title_of_nothing_or_with_what_a_screen_obeys_is_refused(title: str) -> None:
    assert "write visible text, on one line" in refused_by_file(title)
    assert "write visible text, on one line" in refused_by_row(title)


@given(st.text(st.characters(exclude_categories=()), max_size=room_left_for_title()))
def test_file_and_row_take_the_same_titles_and_none_that_breaks_a_line(title: str) -> None:
    taken = refused_by_file(title) == ""
    assert taken == (refused_by_row(title) == "")
    categories = set(map(unicodedata.category, title))
    if taken:
        assert not categories & {"Cc", "Cs", "Zl", "Zp"}
        assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(title)
        assert len(marked(title, marker("ab3k", "default", "x"))) <= TITLE_LIMIT
    elif title.strip():
        assert categories & {"Cc", "Cs", "Zl", "Zp", "Cf"}


def refused_by_file(title: str) -> str:
    try:
        scalars.title(title)
    except ValueError as error:
        return str(error)
    return ""


def refused_by_row(title: str) -> str:
    return rows.objection(replace(broadcast(), title=title))
