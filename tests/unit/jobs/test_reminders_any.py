"""Whatever happens to a broadcast, its hosts are told each thing once, and only what is so."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jobs.contact import Contact
from jobs.model import Broadcast, Host, Window
from jobs.reminder_alarms import quiet_until, untold
from jobs.reminders import CANCELLED, CHANGED, ENTERABLE, TOLD, Delivery, Due, Reminder, due, written
from jobs.run.lifecycle import State
from tests.unit.jobs.reminding import HOUR, MINUTE, START, came, recorded, run

LEADS = st.lists(st.integers(1, 2880), min_size=1, max_size=4, unique=True).map(
    lambda found: tuple(timedelta(minutes=each) for each in sorted(found, reverse=True))
)
EVENTS = st.one_of(
    st.tuples(st.just("pass"), st.integers(1, 600)),
    st.tuples(st.just("move"), st.integers(-600, 600)),
    st.tuples(st.just("state"), st.sampled_from(State)),
    st.tuples(st.just("cancelled"), st.booleans()),
    st.tuples(st.just("comes of it"), st.sampled_from(Delivery)),
)


@dataclass
class Life:
    """A broadcast to which things happen, looked at after each of them."""

    wanted: Broadcast
    now: datetime
    state: State = State.PLANNED
    comes_of_it: Delivery = Delivery.SENT
    told: list[Reminder] = field(default_factory=list)
    arrived: list[tuple[Due, datetime, Broadcast, State]] = field(default_factory=list)
    """What a host may have seen, and when, and what was so then."""

    def happen(self, what: str, how: object) -> None:
        match what, how:
            case "pass", int(minutes):
                self.now += timedelta(minutes=minutes)
            case "move", int(minutes):
                by, window = timedelta(minutes=minutes), self.wanted.window
                self.wanted = replace(self.wanted, window=Window(window.starts_at + by, window.ends_at + by))
            case "state", State() as state:
                self.state = state
            case "cancelled", bool(cancelled):
                self.wanted = replace(self.wanted, cancelled=cancelled)
            case _, Delivery() as outcome:
                self.comes_of_it = outcome
            case _:
                raise AssertionError(what)

    def look(self) -> None:
        for found in due(self.wanted, run(self.state, self.wanted), self.told, self.now):
            self.told = recorded(self.told, came(found, self.comes_of_it))
            if self.comes_of_it in TOLD:
                self.arrived.append((found, self.now, self.wanted, self.state))


@st.composite
def lives(draw: st.DrawFn) -> Life:
    contact = Contact("mail:anna@example.org", draw(LEADS))
    host = Host("anna", "Anna", "presenter", contact)
    window = Window(START, START + HOUR)
    wanted = Broadcast(id="show", title="Show", window=window, hosts=(host,))
    life = Life(wanted, START - timedelta(minutes=draw(st.integers(0, 4000))))
    for what, how in draw(st.lists(EVENTS, max_size=25)):
        life.happen(what, how)
        life.look()
        before = len(life.arrived)
        life.look()
        assert len(life.arrived) == before, "looked at twice in one instant, it is sent twice"
    return life


@given(lives())
def test_nothing_is_sent_twice(life: Life) -> None:
    keys = [found.reminder.key for found, *_ in life.arrived]
    assert len(set(keys)) == len(keys)
    for (one, *_), (other, *_) in zip(life.arrived, life.arrived[1:], strict=False):
        same = (one.reminder.what, one.reminder.starts_at) == (other.reminder.what, other.reminder.starts_at)
        assert not same, "what the host knows already"


@given(lives())
def test_no_link_leaves_before_there_is_a_way_in_nor_after_the_end(life: Life) -> None:
    for found, now, wanted, state in life.arrived:
        assert now < wanted.window.ends_at
        if found.reminder.what != CANCELLED:
            assert state in ENTERABLE
            assert not wanted.cancelled


@given(lives())
def test_what_is_sent_is_the_last_whose_time_has_come(life: Life) -> None:
    for found, now, wanted, _ in life.arrived:
        leads = found.host.contact.leads if found.host.contact else ()
        passed = [each for each in leads if wanted.window.starts_at - each <= now]
        if found.reminder.what == CHANGED:
            assert not passed
        elif found.reminder.what != CANCELLED:
            assert found.reminder.what == written(min(passed))


@given(lives())
def test_what_a_host_was_told_last_is_so_once_it_can_be_told(life: Life) -> None:
    """Nobody waits for a start that is another now, or comes to what is cancelled."""
    life.comes_of_it, life.state = Delivery.SENT, State.READY
    life.now += 15 * MINUTE  # What failed may be tried again.
    life.look()
    if life.now >= life.wanted.window.ends_at or not life.arrived:
        return
    last = life.arrived[-1][0].reminder
    assert (last.what == CANCELLED) is life.wanted.cancelled
    assert last.what == CANCELLED or last.starts_at == life.wanted.window.starts_at


@given(lives(), st.integers(0, 100))
def test_the_order_in_which_rows_are_read_changes_nothing(life: Life, seed: int) -> None:
    told = life.told[seed % (len(life.told) + 1) :] + life.told[: seed % (len(life.told) + 1)]
    looked = run(life.state, life.wanted)
    if len({each.at for each in told}) == len(told):
        assert due(life.wanted, looked, told, life.now) == due(life.wanted, looked, life.told, life.now)


@given(lives(), st.integers(0, 4000))
def test_while_it_is_quiet_nothing_becomes_due_and_nothing_else_is_heard(life: Life, minutes: int) -> None:
    looked, since = run(life.state, life.wanted), life.now
    until = quiet_until(life.wanted, life.told, since)
    now = min(since + timedelta(minutes=minutes), until - timedelta(seconds=1))
    before, after = (due(life.wanted, looked, life.told, at) for at in (since, now))
    assert [each.reminder.key for each in before] == [each.reminder.key for each in after]
    assert untold(life.wanted, life.told, since) == untold(life.wanted, life.told, now)
