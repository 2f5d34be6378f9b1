"""What is edited on its way: title, hosts, window, and a show that is wanted again."""

from dataclasses import replace
from datetime import timedelta

from jobs.contact import Contact
from jobs.model import Doors, GoLive, Host, Kind, Outcome, Window
from jobs.run.decide import decided
from jobs.run.decision import Edit, Perform, RemoveHost
from jobs.run.lifecycle import State
from tests.support.timeline import Timeline
from tests.unit.jobs.run.lives import AIRED, START, edited, lived, seconds, states, webinar


def test_a_title_edited_before_its_meeting_is_found_is_patched() -> None:
    life = Timeline(webinar(), START - timedelta(hours=2))
    life.faults = {0: Outcome.UNKNOWN}
    life.blind = (START - timedelta(hours=2), START - timedelta(minutes=39))
    life.go_until(START - timedelta(minutes=40))
    edited(life, title="Better").go_until(START - timedelta(minutes=10))
    assert life.provider.title == life.run.room.title == "Better"
    assert len(life.provider.created) == 1


def test_a_title_edited_later_is_patched_and_the_doors_stay() -> None:
    life = Timeline(webinar(), START - timedelta(hours=2)).go_until(START - timedelta(minutes=20))
    edited(life, title="Better").go_until(START - timedelta(minutes=10))
    assert life.calls[-1][1] == Edit("Better", {})
    assert life.run.room.title == "Better"
    assert life.run.room.doors is Doors.SHUT


def test_hosts_are_added_and_taken_off_again() -> None:
    ada, bob = Host("ada", "Ada", "presenter"), Host("bob", "Bob", "presenter")
    life = Timeline(webinar(hosts=(ada, bob)), START - timedelta(hours=2)).go_until(
        START - timedelta(minutes=20)
    )
    assert set(life.run.room.hosts) == {"ada", "bob"}
    edited(life, hosts=(bob,)).go_until(START - timedelta(minutes=10))
    assert life.calls[-1][1] == RemoveHost(ada)
    assert set(life.run.room.hosts) == {"bob"}


def test_how_a_host_is_told_is_no_business_of_the_providers() -> None:
    ada = Host("ada", "Ada", "presenter", Contact("mail:ada@example.org"))
    life = Timeline(webinar(hosts=(ada,)), START - timedelta(hours=2)).go_until(START - timedelta(minutes=20))
    assert dict(life.run.room.hosts) == {"ada": ada.participant}
    before = len(life.calls)
    edited(life, hosts=(replace(ada, contact=None),)).go_until(START - timedelta(minutes=10))
    assert len(life.calls) == before


def test_an_earlier_start_while_backstage_means_now() -> None:
    life = Timeline(webinar(go_live=GoLive.AT_START), START - timedelta(hours=2))
    now = START - timedelta(minutes=10)
    life.go_until(now, ((now - seconds(60), "join"),))
    window = Window(now - seconds(1), START + timedelta(minutes=30))
    edited(life, go_live=GoLive.AT_START, window=window).go_until(now + seconds(30))
    assert states(life)[-1] is State.LIVE


def test_over_and_moved_to_a_start_to_come_it_begins_anew_on_the_same_meeting() -> None:
    life = lived(webinar(), (10, "join"))
    later = START + timedelta(hours=3)
    edited(life, window=Window(later, later + timedelta(minutes=30)))
    life.go_until(later + timedelta(minutes=40), ((later + seconds(5), "join"),))
    assert states(life) == [*AIRED, State.READY, *AIRED[1:]]
    assert len(life.provider.created) == 1


def test_a_cancelled_one_that_is_wanted_again_before_its_start_airs() -> None:
    life = Timeline(webinar(cancelled=True), START - timedelta(hours=2)).go_until(START - timedelta(hours=1))
    assert states(life) == [State.CANCELLED]
    edited(life).go_until(START + timedelta(minutes=40), ((START + seconds(5), "join"),))
    assert states(life)[-1] is State.ENDED


def test_an_edit_that_was_not_answered_is_said_again_whole_though_it_is_taken_back() -> None:
    """It may have taken effect: the old title is what was acknowledged, and not what is there."""
    life = Timeline(webinar(), START - timedelta(hours=2))
    life.go_until(START - timedelta(minutes=30))
    life.faults[len(life.calls)] = Outcome.UNKNOWN
    life.broadcast = webinar(title="New")
    s = life.situation()
    (doubtful,) = [each for each in [decided(s)] if isinstance(each, Perform)]
    assert doubtful.step == Edit("New", {})
    life._perform(doubtful.step)
    assert life.provider.title == "New"
    life.broadcast = webinar()
    life.go_until(START - timedelta(minutes=20))
    assert life.calls[-1][1] == Edit("Webinar", {}, whole=True)
    assert life.provider.title == "Webinar"
    assert [call.kind for _, call, _ in life.calls].count(Kind.EDIT) == 2
