"""The picture is well-formed, names everything, hides nothing in colour alone, and runs nothing."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.run.lifecycle import State
from tests.support.clock import NOON
from tests.unit.rehearsal.known import airing, broadcast, known, report, told, well
from worker.rehearsal import svg
from worker.rehearsal.cast import Level
from worker.rehearsal.faults import Fault, Mishap
from worker.rehearsal.picture import SIGNS, picture
from worker.rehearsal.picture_day import LEFT, RIGHT, days
from worker.rehearsal.report import Report

SPACE = "{http://www.w3.org/2000/svg}"
LEAST_OF_TEXT, LEAST_OF_SHAPES = 4.5, 3.0
"""Contrast by WCAG 2.2, 1.4.3 and 1.4.11."""


def drawn(found: Report) -> ET.Element:
    return ET.fromstring(picture(found))  # noqa: S314  It is our own.


def words(root: ET.Element) -> str:
    return "\n".join(filter(None, (each.text for each in root.iter())))


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        each / 12.92 if each <= 0.03928 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(colour: str, ground: str) -> float:
    lighter, darker = sorted((luminance(colour), luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def everything() -> Report:
    """Return a report in which every shape occurs."""
    nobody = known(comes=None, of=broadcast("book-club", title="Book club"), state=State.MISSED)
    alerts = [told("not_off", 3620, about="talk"), told("nobody_here", 120, 200, critical=False)]
    late = known(airing(20, 900), airing(1000, 3800), of=broadcast("talk", title="Talk"), alerts=alerts)
    faults = [Fault(NOON, kind, timedelta(seconds=60), "talk") for kind in Mishap]
    return report(well("town-hall", title="Town hall"), nobody, late, level=Level.HARSH, faults=faults)


def test_it_names_every_broadcast_and_says_what_became_of_it() -> None:
    shown = words(drawn(everything()))
    assert all(title in shown for title in ("Town hall", "Book club", "Talk"))
    assert "12:00-13:00: on air +20s, off +5s" in shown
    assert "never on air (missed)" in shown
    assert "1 drop (1m40s)" in shown
    assert all(meaning in shown for _, meaning in SIGNS.values())
    assert all(f"{hour:02}:00" in shown for hour in range(0, 24, 3))


def test_what_colours_say_shapes_and_words_say_too() -> None:
    fills = {each.get("fill") for each in drawn(everything()).iter()}
    assert {svg.STRIPED, svg.DOTTED, svg.CROSSED, svg.WINDOW} <= fills


def test_nothing_in_it_runs_or_is_fetched() -> None:
    text = picture(everything())
    names = {each.tag.removeprefix(SPACE) for each in ET.fromstring(text).iter()}  # noqa: S314  As above.
    drawing = {"svg", "title", "defs", "pattern", "rect", "path", "circle", "line", "text"}
    assert names <= drawing
    assert "href" not in text
    assert set(re.findall(r"https?://[^\"]+", text)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"\son\w+=", text)


@given(st.text(min_size=1, max_size=60))
def test_whatever_a_title_holds_is_no_markup(title: str) -> None:
    drawn(report(well("show", title=title)))


def test_markup_in_a_title_is_shown_as_it_is_written() -> None:
    shown = drawn(report(well("show", title="<script>&\"'")))
    assert "<script>&\"'" in words(shown)
    assert not list(shown.iter(f"{SPACE}script"))


def test_characters_that_xml_has_not_are_left_out() -> None:
    assert not re.search(
        "[\x00\x08\ufffe\uffff]", picture(report(well("show", title="a\x00\x08\ufffe\uffffb")))
    )


@pytest.mark.parametrize("colour", [svg.INK, svg.QUIET, svg.WRONG])
def test_words_stand_out_from_the_paper(colour: str) -> None:
    assert contrast(colour, svg.PAPER) >= LEAST_OF_TEXT


@pytest.mark.parametrize("colour", [svg.AIR, svg.LATE, svg.WRONG, svg.LINE])
def test_shapes_stand_out_from_the_paper_and_those_in_a_window_from_the_window(colour: str) -> None:
    assert contrast(colour, svg.PAPER) >= LEAST_OF_SHAPES
    assert colour == svg.LINE or contrast(colour, svg.WINDOW) >= LEAST_OF_SHAPES


def test_words_are_written_in_colours_that_stand_out_only() -> None:
    colours = {each.get("fill") for each in drawn(everything()).iter(f"{SPACE}text")}
    assert colours <= {svg.INK, svg.QUIET, svg.WRONG}


def test_nothing_is_drawn_outside_the_paper() -> None:
    root = drawn(everything())
    height = float(root.get("height", "0"))
    for each in root.iter(f"{SPACE}rect"):
        if each.get("x"):
            assert 0 <= float(each.get("x", "")) <= 1200 - float(each.get("width", ""))
            assert 0 <= float(each.get("y", "")) <= height - float(each.get("height", ""))
    for each in root.iter(f"{SPACE}text"):
        end = float(each.get("x", "")) + svg.width_of(each.text or "", float(each.get("font-size", "")))
        assert end <= 1200.5, each.text


def test_a_show_over_midnight_is_on_both_days() -> None:
    evening = datetime(2026, 12, 31, 21, tzinfo=UTC)
    night = broadcast("night", evening, timedelta(hours=8), title="Night")
    found = report(known(airing(20, 8 * 3600 + 5, evening), of=night), zone="Europe/Berlin")
    shown = words(drawn(found))
    assert [each.day.isoformat() for each in days(found)] == ["2026-12-31", "2027-01-01"]
    assert "until 06:00: off +5s" in shown


def test_a_day_on_which_the_clocks_change_has_its_own_length() -> None:
    starts = datetime(2026, 10, 25, 12, tzinfo=UTC)
    found = report(known(airing(20, 3605, starts), of=broadcast(starts=starts)), zone="Europe/Berlin")
    (day,) = days(found)
    assert day.ends_at - day.begins_at == timedelta(hours=25)
    assert day.x(starts) == pytest.approx(LEFT + (RIGHT - LEFT) * 14 / 25)


def test_many_in_one_lane_leave_each_other_room() -> None:
    many = [
        known(
            airing(20, 605, NOON + timedelta(minutes=20 * n)),
            of=broadcast(f"talk@{n}", NOON + timedelta(minutes=20 * n), timedelta(minutes=10), entry="talk"),
        )
        for n in range(8)
    ]
    root = drawn(report(*many))
    spans = [
        (float(each.get("x", "")), svg.width_of(each.text or ""))
        for each in root.iter(f"{SPACE}text")
        if "on air" in (each.text or "") and float(each.get("x", "")) >= LEFT
    ]
    lane = sorted(spans)[-8:]
    assert all(x + width <= after for (x, width), (after, _) in pairwise(lane))
