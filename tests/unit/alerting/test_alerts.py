"""Alerts: each told once, resolved when it holds no longer, and kept while the database is away."""

import asyncio
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

import pytest
import structlog

from jobs.conditions import Condition, Severity, set_aside
from jobs.subject import Subject, SubjectKind
from tests.support.clock import HandClock
from worker.alerting.alerts import Alerts
from worker.alerting.by_hand import PASSES_AFTER
from worker.alerting.message import Message
from worker.alerting.told import STANDS_FOR
from worker.store.errors import LockedError, StoreUnavailableError, UnwritableError
from worker.store.opening import inline
from worker.store.records import Alert
from worker.store.store import Store

SHOW, OTHER = Subject(SubjectKind.BROADCAST, "show"), Subject(SubjectKind.BROADCAST, "other")
ACCOUNT = Subject(SubjectKind.ACCOUNT, "default")
LATE = Condition("nobody_here", Severity.WARNING, "nobody has joined", "Call the hosts.")
MISSED = Condition("missed", Severity.CRITICAL, "it never aired", "Look why.")
DARK = Condition("no_picture", Severity.CRITICAL, "nothing is LIVE", "Look at the meeting.")


class CountingRows:
    """The store's alerts, counted; and away when told so."""

    def __init__(self) -> None:
        self.store: Store = inline()
        self.written: list[str] = []
        self.away = False
        self.refused: set[str] = set()
        """What no row may hold: keys, and what stands in a text."""
        self.read = asyncio.Event()
        """Set: whoever asks hears at once what is there."""
        self.read.set()
        self.locked = ""
        """The key whose row another session holds locked, until it was tried once."""
        self.over: set[str] = set()
        """The runs that nobody looks at any more."""

    async def raise_alert(self, alert: Alert, at: datetime) -> None:
        self._note(f"raise {alert.key}")
        if any(each in (alert.key, *alert.text) for each in self.refused):
            self.written.pop()
            raise UnwritableError("a value that no row can hold")
        await self.store.raise_alert(alert, at)

    async def change_alert(self, alert: Alert) -> None:
        self._note(f"change {alert.key}")
        await self.store.change_alert(alert)

    async def resolve_alert(self, key: str, at: datetime) -> None:
        self._note(f"resolve {key}")
        await self.store.resolve_alert(key, at)

    async def open_alerts(self) -> list[Alert]:
        found = await self.store.open_alerts()
        await self.read.wait()
        return [replace(each, is_over=each.run_id in self.over) for each in found]

    async def open_keys(self) -> Collection[str]:
        return await self.store.open_keys()

    async def resolved_by_hand(self, keys: Collection[str]) -> list[Alert]:
        return await self.store.resolved_by_hand(keys)

    def _note(self, what: str) -> None:
        if self.locked and what.endswith(self.locked):
            self.locked = ""
            raise LockedError("a row is locked")
        if self.away:
            raise StoreUnavailableError("locked")
        self.written.append(what)


class Taking:
    """An outbox that takes everything."""

    def __init__(self) -> None:
        self.taken: list[Message] = []
        self.forgotten: list[str] = []

    def take(self, message: Message) -> None:
        self.taken.append(message)

    def take_again(self, message: Message) -> None:
        self.taken.append(message)

    def forget(self, key: str) -> None:
        self.forgotten.append(key)


async def test_what_goes_on_holding_is_told_once() -> None:
    rows = CountingRows()
    alerts = Alerts(rows, HandClock())
    for _ in range(3):
        alerts.tell(SHOW, [LATE])
        await alerts.write()
    assert rows.written == ["raise show/nobody_here"]


async def test_what_no_longer_holds_is_resolved_and_may_come_again() -> None:
    rows = CountingRows()
    alerts = Alerts(rows, HandClock())
    for holding in ([LATE], [DARK], [LATE]):
        alerts.tell(SHOW, holding)
        await alerts.write()
    assert rows.written == [
        "raise show/nobody_here",
        "resolve show/nobody_here",
        "raise show/no_picture",
        "resolve show/no_picture",
        "raise show/nobody_here",
    ]
    assert alerts.open() == ["show/nobody_here"]


async def test_nothing_told_is_lost_while_the_database_is_away() -> None:
    rows = CountingRows()
    alerts = Alerts(rows, HandClock())
    rows.away = True
    alerts.tell(SHOW, [DARK])
    with pytest.raises(StoreUnavailableError):
        await alerts.write()
    alerts.tell(SHOW, [])
    rows.away = False
    await alerts.write()
    assert rows.written == ["raise show/no_picture", "resolve show/no_picture"]


async def test_one_alert_that_the_database_refuses_holds_up_none_behind_it_and_is_said_once() -> None:
    rows = CountingRows()
    rows.refused = {"show/no_picture"}
    alerts = Alerts(rows, HandClock())
    alerts.tell(SHOW, [DARK])
    alerts.tell(OTHER, [LATE])
    alerts.tell(OTHER, [])
    with structlog.testing.capture_logs() as lines:
        for _ in range(3):
            await alerts.write()
            await alerts.take_over(lambda _: True)
            alerts.tell(SHOW, [DARK])
    assert rows.written == ["raise other/nobody_here", "resolve other/nobody_here"]
    assert [each["key"] for each in lines if each["event"] == "alert_not_written"] == ["show/no_picture"]
    assert [each["event"] for each in lines].count("alert") == 0
    assert alerts.open() == ["show/no_picture"]


async def test_what_the_database_has_no_letters_for_is_written_in_ascii() -> None:
    rows = CountingRows()
    rows.refused = {"\N{SNOWMAN}"}
    alerts = Alerts(rows, HandClock())
    alerts.tell(SHOW, [replace(DARK, text="a \N{SNOWMAN}")])
    await alerts.write()
    assert [each.text for each in await rows.open_alerts()] == ["a \\u2603"]


async def test_a_text_that_is_none_is_written_out_before_anybody_is_told() -> None:
    rows, outbox = CountingRows(), Taking()
    alerts = Alerts(rows, HandClock(), outbox)
    for _ in range(2):
        alerts.tell(SHOW, [replace(DARK, text="half \ud83d\x00 of it\n", cure="\x1b[2J")])
    await alerts.write()
    (alert,) = await rows.open_alerts()
    assert (alert.text, alert.cure) == ("half \\ud83d\\x00 of it\\n", "\\x1b[2J")
    assert [each.text for each in outbox.taken] == [alert.text]


async def test_what_is_written_while_the_rows_are_read_is_not_taken_for_another_workers() -> None:
    rows = CountingRows()
    alerts = Alerts(rows, HandClock())
    alerts.tell(SHOW, [DARK])
    reading = asyncio.create_task(alerts.take_over(lambda _: True))
    rows.read = asyncio.Event()
    await asyncio.sleep(0)  # noqa: TID251  Lets it read; no time passes.
    await alerts.write()
    rows.read.set()
    await reading
    assert alerts.open() == ["show/no_picture"]


async def test_a_row_that_is_locked_keeps_no_other_alert_from_being_written() -> None:
    rows = CountingRows()
    alerts = Alerts(rows, HandClock())
    alerts.tell(SHOW, [LATE])
    await alerts.write()
    rows.locked = "show/nobody_here"
    for holding in ([], [LATE], [LATE, DARK]):
        alerts.tell(SHOW, holding)
    await alerts.write()
    assert rows.written[1:] == ["raise show/no_picture"]
    await alerts.write()
    assert rows.written[2:] == ["resolve show/nobody_here", "raise show/nobody_here"]


OTHER_FAULT = replace(DARK, text="the stream failed")


class Telling:
    """A worker that tells of a show, and whoever hears of it."""

    def __init__(self) -> None:
        self.rows, self.clock, self.outbox = CountingRows(), HandClock(), Taking()
        self.alerts = Alerts(self.rows, self.clock, self.outbox)

    async def tells(self, condition: Condition, seconds: float = 0) -> None:
        """Say what holds, and let time pass in which nobody says it again."""
        self.alerts.tell(SHOW, [condition])
        self.clock.move(seconds)
        await self.alerts.tell_changes()
        await self.alerts.write()

    def heard(self) -> list[str]:
        return [each.text for each in self.outbox.taken]


async def test_a_second_fault_under_one_condition_is_told_once_it_has_stood_for_a_minute() -> None:
    world = Telling()
    await world.tells(DARK)
    await world.tells(OTHER_FAULT, STANDS_FOR - 1)
    assert world.heard() == [DARK.text]
    await world.tells(OTHER_FAULT, 1)
    assert world.heard() == [DARK.text, OTHER_FAULT.text]
    assert [each.text for each in await world.rows.open_alerts()] == [OTHER_FAULT.text]
    first, second = world.outbox.taken
    assert (first.id, first.state, first.changed_at) == (second.id, second.state, None)
    assert second.changed_at == world.clock.now()


async def test_numbers_that_count_up_are_no_news_and_the_causes_of_a_condition_are() -> None:
    world = Telling()
    await world.tells(replace(DARK, text="nothing is LIVE for 12 s"))
    await world.tells(replace(DARK, text="nothing is LIVE for 1,250.5 s"), 10 * STANDS_FOR)
    assert len(world.heard()) == 1
    world = Telling()
    await world.tells(replace(DARK, text="show-1 is in the way", cause="show-1"))
    await world.tells(replace(DARK, text="show-2 is in the way", cause="show-2"), STANDS_FOR)
    assert len(world.heard()) == 2


async def test_another_status_is_told_after_a_minute_and_another_number_of_a_request_never() -> None:
    world = Telling()
    for number in range(60):
        await world.tells(set_aside(f"FaultyError: 502 bad gateway (request {number}-FRA)"), STANDS_FOR)
    assert len(world.heard()) == 1
    world.alerts = Alerts(world.rows, world.clock, world.outbox)
    await world.alerts.take_over(lambda _: True)
    await world.tells(set_aside("FaultyError: 502 bad gateway (request a1-AMS)"), STANDS_FOR)
    assert len(set(world.heard())) == 1
    await world.tells(set_aside("FaultyError: 503 bad gateway (request a1-AMS)"), STANDS_FOR)
    await world.tells(set_aside("FaultyError: 503 bad gateway (request a2-AMS)"), STANDS_FOR)
    assert len(set(world.heard())) == 2
    assert ["503" in each.text for each in await world.rows.open_alerts()] == [True]


async def test_texts_that_come_and_go_are_told_ever_more_rarely() -> None:
    world = Telling()
    for number in range(3600):
        await world.tells(OTHER_FAULT if number % 2 else DARK, 1)
    assert world.heard() == [DARK.text]
    world = Telling()
    for number in range(36):
        await world.tells(OTHER_FAULT if number % 2 else DARK, 100 * STANDS_FOR)
    assert len(world.heard()) == 36
    world = Telling()
    for number in range(60):
        await world.tells(OTHER_FAULT if number % 2 else DARK, STANDS_FOR)
    assert len(world.heard()) == 2


async def test_what_becomes_critical_is_told_at_once() -> None:
    world = Telling()
    await world.tells(LATE)
    await world.tells(replace(LATE, severity=Severity.CRITICAL, text="worse"))
    assert world.heard() == [LATE.text, "worse"]
    assert [each.severity for each in await world.rows.open_alerts()] == ["critical"]


async def test_a_worker_that_takes_over_tells_no_old_text_anew() -> None:
    world = Telling()
    await world.tells(replace(DARK, cause="why"))
    second = Alerts(world.rows, world.clock, world.outbox)
    await second.take_over(lambda _: True)
    world.alerts = second
    await world.tells(replace(DARK, cause="why"), 2 * STANDS_FOR)
    assert "change show/no_picture" not in world.rows.written


async def test_a_new_worker_knows_what_was_told_before() -> None:
    rows = CountingRows()
    first = Alerts(rows, HandClock())
    first.tell(ACCOUNT, [DARK])
    await first.write()
    second = Alerts(rows, HandClock())
    await second.take_over(lambda _: True)
    second.tell(ACCOUNT, [DARK])
    second.tell(ACCOUNT, [])
    await second.write()
    assert rows.written == ["raise account/default/no_picture", "resolve account/default/no_picture"]


@pytest.mark.parametrize("kind", sorted({each.value for each in SubjectKind}))
async def test_a_broadcast_called_like_another_kind_of_subject_is_told_beside_it(kind: str) -> None:
    """Both have a condition of one name, and neither teller resolves what the other tells."""
    rows = CountingRows()
    alerts = Alerts(rows, HandClock())
    own, show = Subject(kind, "" if kind == "database" else "x"), Subject(SubjectKind.BROADCAST, kind)
    for _ in range(3):
        alerts.tell(own, [DARK])
        alerts.tell(show, [DARK, LATE])
        await alerts.write()
    assert len(set(rows.written)) == len(rows.written) == 3
    alerts.tell(own, [])
    await alerts.write()
    assert {(each.subject, each.run_id) for each in await rows.open_alerts()} == {(show, kind)}
    second = Alerts(rows, HandClock())
    await second.take_over(lambda _: True)
    assert second.about() == {show}


async def test_what_was_told_under_another_key_before_is_resolved_under_that_key() -> None:
    """A worker of the version before called the broadcast `database` like the database."""
    rows, clock = CountingRows(), HandClock()
    show = Subject(SubjectKind.BROADCAST, "database")
    before = Alert(
        key="database/no_picture", subject=show, severity="critical", title="no_picture", text="t", cure="c"
    )
    await rows.store.raise_alert(before, clock.now())
    alerts = Alerts(rows, clock)
    await alerts.take_over(lambda _: True)
    alerts.tell(Subject(SubjectKind.DATABASE), [])
    alerts.tell(show, [DARK])
    await alerts.write()
    assert rows.written == []
    alerts.tell(show, [])
    await alerts.write()
    assert await rows.open_alerts() == []


async def test_what_a_worker_did_not_live_to_take_back_of_what_is_over_is_taken_back_by_the_next() -> None:
    rows = CountingRows()
    first = Alerts(rows, HandClock())
    first.tell(SHOW, [MISSED, DARK])
    first.tell(OTHER, [DARK])
    await first.write()
    rows.over.add("show")
    second = Alerts(rows, HandClock())
    await second.take_over(lambda _: True)
    await second.write()
    assert second.open() == ["show/missed", "other/no_picture"]
    assert rows.written[-1] == "resolve show/no_picture"


async def test_what_was_missed_is_let_pass_after_a_day_and_nothing_else_is() -> None:
    rows, clock = CountingRows(), HandClock()
    first = Alerts(rows, clock)
    first.tell(SHOW, [MISSED, DARK])
    await first.write()
    clock.move(PASSES_AFTER / 2)
    second = Alerts(rows, clock)
    await second.take_over(lambda _: True)
    await second.let_pass()
    assert second.open() == ["show/missed", "show/no_picture"]
    clock.move(PASSES_AFTER)
    await second.let_pass()
    assert second.open() == ["show/no_picture"]
    await second.write()
    assert rows.written[-1] == "resolve show/missed"


async def test_what_is_told_is_written_by_itself_and_again_when_the_database_is_back() -> None:
    rows, clock = CountingRows(), HandClock()
    alerts = Alerts(rows, clock)
    running = asyncio.create_task(alerts.run())
    for holding, away in (([DARK], False), ([], True)):
        rows.away = away
        await passed(clock, 30)
        alerts.tell(SHOW, holding)
        await passed(clock, 1)
    assert rows.written == ["raise show/no_picture"]
    rows.away = False
    await passed(clock, 1)
    assert rows.written == ["raise show/no_picture", "resolve show/no_picture"]
    running.cancel()


async def passed(clock: HandClock, seconds: float) -> None:
    for _ in range(int(seconds * 2)):
        clock.move(0.5)
        for _ in range(6):
            await asyncio.sleep(0)  # noqa: TID251  Lets others run; no time passes.
