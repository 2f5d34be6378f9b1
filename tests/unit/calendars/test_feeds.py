"""Feeds in the shapes of Google, Outlook, Exchange, Apple, Nextcloud: what airs, what does not, why."""

import json
from zoneinfo import ZoneInfo

import pytest

from tests.unit.calendars import changed_feeds, plain_feeds, refused_feeds
from tests.unit.calendars.feeds import SINCE, UNTIL, Case
from worker.calendars.feed import Feed, Instance, UnreadableError, feed_of, feed_text
from worker.calendars.reading import Wanted, read

BERLIN = ZoneInfo("Europe/Berlin")
CASES = [*plain_feeds.CASES, *changed_feeds.CASES, *refused_feeds.CASES]


def as_read(data: bytes) -> Feed:
    return read(data, Wanted(SINCE, UNTIL, BERLIN))


def shown(instance: Instance) -> str:
    start, end = instance.starts_at.astimezone(BERLIN), instance.ends_at.astimezone(BERLIN)
    return f"{start:%m-%d %H:%M}-{end:%H:%M} {instance.title}"


@pytest.mark.parametrize("case", [each for each in CASES if not each.unreadable], ids=str)
def test_what_a_feed_says_airs_and_what_does_not_is_named(case: Case) -> None:
    feed = as_read(case.data)
    assert [shown(each) for each in feed.instances] == list(case.airs)
    assert len(feed.refused) == feed.refused_count == len(case.refused)
    for told, wanted in zip(map(str, feed.refused), case.refused, strict=True):
        assert wanted in told
    assert feed.cancelled == case.cancelled


@pytest.mark.parametrize("case", [each for each in CASES if each.unreadable], ids=str)
def test_of_a_feed_that_is_none_nothing_is_taken(case: Case) -> None:
    with pytest.raises(UnreadableError, match=case.unreadable):
        as_read(case.data)


def test_there_are_sixty_feeds_and_each_has_a_name_of_its_own() -> None:
    assert len(CASES) >= 60
    assert len({each.name for each in CASES}) == len(CASES)
    shapes = [sum(each.name.startswith(who) for each in CASES) for who in plain_feeds.SHAPES]
    assert min(shapes) >= 10


@pytest.mark.parametrize("case", [each for each in CASES if not each.unreadable], ids=str)
def test_what_was_read_is_kept_as_it_was_read(case: Case) -> None:
    feed = as_read(case.data)
    assert feed_of(json.loads(feed_text(feed))) == feed
