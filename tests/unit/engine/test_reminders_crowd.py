"""Many broadcasts at once: their hosts are told in time, within the quota, and keep no start waiting."""

from bisect import bisect_right
from datetime import datetime, timedelta

import pytest

from jobs.contact import Contact
from jobs.model import Broadcast, Host, Window
from jobs.policy import Policy
from jobs.quota.demand import of_life
from jobs.run.observations import Participant
from tests.support.clock import NOON, settle
from tests.support.engine import HOUR
from tests.unit.engine.test_reminders import Office
from worker.provider.listing import Ask, at_once
from worker.store.engine.lanes import InlineLane

LEAD = timedelta(minutes=15)
START = NOON + HOUR
HOSTS = tuple(
    Host(f"host-{name}", name, "presenter", Contact(f"mail:{name}", (LEAD,))) for name in ("anna", "ben")
)


class Crowd(Office):
    """So many broadcasts that start together, all of them ready."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count, self.calls = count, list[datetime]()
        self.queue = self.world.reconciler.gateways["default"].queue
        client = self.world.client
        client.participants = self.participants  # type: ignore[method-assign]
        client.participant_token = self.token  # type: ignore[method-assign]

    async def participants(self, meeting_id: str, ask: Ask = at_once) -> tuple[Participant, ...]:
        async def send() -> tuple[Participant, ...]:
            self.calls.append(self.world.clock.now())
            return tuple(Participant(f"{host.id} of {meeting_id}", host.id) for host in HOSTS)

        return await ask(send)

    async def token(self, meeting_id: str, participant_id: str) -> str:  # noqa: ARG002  Its own names.
        self.calls.append(self.world.clock.now())
        return participant_id

    async def all_ready(self) -> None:
        for number in range(self.count):
            window = Window(START, START + HOUR)
            wanted = Broadcast(id=f"show-{number}", title="Show", window=window, hosts=HOSTS)
            await self.world.store.add(wanted)
        await self.world.inbox.look()
        self.sql("UPDATE rooms SET meeting_id = 'meeting of ' || key")
        self.sql("UPDATE runs SET state = 'ready'")
        for host in HOSTS:
            values = f"key, '{host.id}', '{host.name}', '{host.preset}'"
            self.sql(f"INSERT INTO hosts (room_key, host_id, name, preset) SELECT {values} FROM rooms")  # noqa: S608
        for number in range(self.count):
            record = await self.world.store.load(f"show-{number}")
            assert record
            assert record.accepted
            known = of_life(record.accepted, Policy())
            self.queue.expect(record.run.id, (each for each in known if each.at > self.world.clock.now()))

    def sql(self, statement: str) -> None:
        lane = self.world.store._writes
        assert isinstance(lane, InlineLane)
        lane.at_once(lambda connection: connection.exec_driver_sql(statement))

    async def live(self, until: datetime) -> None:
        while self.world.clock.now() < until:
            await self.look()
            for _ in range(5):
                self.world.clock.move(1)
                self.queue.let_go()
                await settle()

    def most_in_a_window(self) -> int:
        """Return the most calls that left within any five minutes."""
        begins = (at - timedelta(minutes=5) for at in self.calls)
        return max(n + 1 - bisect_right(self.calls, begin) for n, begin in enumerate(begins))


@pytest.mark.parametrize(("count", "within"), [(20, timedelta(minutes=1)), (300, timedelta(minutes=11))])
async def test_the_hosts_of_a_crowd_are_told_once_each_and_in_time(count: int, within: timedelta) -> None:
    crowd = Crowd(count)
    await crowd.all_ready()
    crowd.world.clock.move(START - LEAD - crowd.world.clock.now())
    await crowd.live(START - LEAD + within)
    assert len(crowd.post.taken) == 2 * count
    tokens = {link.partition("?t=")[2] for _, link in crowd.post.links()}
    assert len(tokens) == 2 * count, "nobody is sent another's"
    for to, link in crowd.post.links():
        assert f"?t=host-{to}%20of%20" in link
    assert crowd.most_in_a_window() <= 450, "half of what is not kept for stops"
    assert len(crowd.calls) == 3 * count, "one list for all hosts of a broadcast, and a token for each"
    await crowd.look()
    assert crowd.world.alerts.open() == []
