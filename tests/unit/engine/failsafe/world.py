"""A failsafe by itself: no passes, a clock moved by hand, and a provider laid out by hand."""

from collections.abc import Sequence
from datetime import timedelta

from jobs.conditions import Condition
from jobs.model import Attempt, Broadcast, Doors, Room, Run, Window
from jobs.policy import Policy
from jobs.run.decision import Stop
from jobs.run.lifecycle import State
from tests.support.clock import NOON, HandClock, settle
from tests.support.gateway import gateway_of
from tests.support.provider import LaidOutClient
from worker.engine.failsafe import Failsafe

ENDS_AT = NOON + timedelta(hours=1)
SHOW = Broadcast(id="show", title="Show", window=Window(NOON, ENDS_AT))
ROOM = Room(key="show", account="default", marker="", meeting_id="m", doors=Doors.OPEN, held_by="show")
CLOSED = "patch m {'live_stream_on_start': False, 'status': 'INACTIVE'}"
LIVE = Run(id="show", state=State.LIVE, room=ROOM, entered_at=NOON)


class World:
    def __init__(self, client: LaidOutClient | None = None) -> None:
        self.clock = HandClock()
        self.client = client or LaidOutClient()
        gateway = gateway_of(self.client, self.clock)
        self.late: list[float] = []
        self.told: list[list[str]] = []
        self.leased = True
        self.failsafe = Failsafe(
            {"default": gateway}, self.clock, Policy(), self.measure, self.tell, lambda _: self.leased
        )

    def tell(self, _run_id: str, conditions: Sequence[Condition]) -> None:
        self.told.append([each.name for each in conditions])

    def measure(self, late: timedelta) -> None:
        self.late.append(late.total_seconds())

    async def after(self, seconds: float) -> None:
        for _ in range(int(seconds * 5)):
            self.clock.move(0.2)
            self.failsafe.look()
            await settle()

    async def stopped_by_a_pass(self) -> Attempt:
        return await self.failsafe.stop(LIVE, Stop(), "the window is over")

    def stops(self) -> int:
        return self.client.asked.count("stop m")
