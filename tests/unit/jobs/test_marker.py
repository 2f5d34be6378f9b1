import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.marker import bears, marked, marker, of_installation, room_left_for_title
from jobs.model import TITLE_LIMIT

MARKER = marker("ab3k", "default", "product-webinar@2026-12-01")
TAGS = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=4, max_size=4)


@given(TAGS, st.text(), st.text())
def test_a_marker_is_a_blank_and_two_words_in_brackets(tag: str, account: str, room_key: str) -> None:
    assert re.fullmatch(r" \[" + tag + r"-[a-z0-9]{8}\]", marker(tag, account, room_key))


def test_a_marker_never_changes_between_releases() -> None:
    assert MARKER == " [ab3k-cuujiuvh]"


def test_account_and_room_each_make_a_marker_of_their_own() -> None:
    assert len({marker("ab3k", account, room) for account in ("a", "b") for room in ("c", "d")}) == 4
    assert marker("ab3k", "a", "bc") != marker("ab3k", "ab", "c")


@pytest.mark.parametrize("tag", ["", "abc", "abcde", "ABCD", "ab-1", "äbcd", "abc\n"])
def test_an_installation_tag_is_four_plain_characters(tag: str) -> None:
    with pytest.raises(ValueError, match="four characters"):
        marker(tag, "default", "x")


def test_the_longest_title_and_its_marker_fill_the_limit_exactly() -> None:
    longest = "x" * room_left_for_title()
    assert len(marked(longest, MARKER)) == TITLE_LIMIT
    with pytest.raises(ValueError, match="104 at most"):
        marked(f"{longest}x", MARKER)


@given(st.text(max_size=100), TAGS)
def test_a_marked_title_is_known_again(title: str, tag: str) -> None:
    mark = marker(tag, "default", "x")
    assert bears(marked(title, mark), mark)
    assert of_installation(marked(title, mark), tag)
    assert not of_installation(marked(title, mark), "none" if tag != "none" else "some")


@pytest.mark.parametrize(
    "title", [f"Webinar{MARKER} ", f"Webinar{MARKER}\n", f"Webinar{MARKER}!", "Webinar", MARKER[1:]]
)
def test_a_marker_counts_only_at_the_very_end(title: str) -> None:
    assert not bears(title, MARKER)
    assert not of_installation(title, "ab3k")


def test_the_last_of_two_markers_is_the_one_that_counts() -> None:
    other = marker("zzzz", "default", "x")
    assert not of_installation(f"Webinar{MARKER}{other}", "ab3k")
    assert of_installation(f"Webinar{MARKER}{other}", "zzzz")
