"""What there is in a rehearsal, to those who make things happen in it."""

import contextvars
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from config.settings import Settings
from jobs.model import Broadcast
from worker.kit.virtual_clock import VirtualClock, VirtualLoop
from worker.rehearsal.accounts import stage_settings
from worker.rehearsal.alarm_book import AlarmBook
from worker.rehearsal.cast import Cast
from worker.rehearsal.database import Database
from worker.rehearsal.faults import Fault
from worker.rehearsal.life import Host
from worker.rehearsal.network import Network
from worker.rehearsal.providers import Providers


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """Everything that a rehearsal is made from."""

    settings: Settings
    text: str
    """The schedule."""
    broadcasts: Sequence[Broadcast]
    """By their start."""
    cast: Cast
    faults: Sequence[Fault]
    seed: int
    begins_at: datetime
    """On a whole minute."""
    until: datetime
    """The end of the days: what starts earlier is played to its end."""
    ends_at: datetime
    """When everything should long be over and quiet."""


class Scene:
    """The parts, each made once; they outlive every worker."""

    def __init__(self, script: Script, loop: VirtualLoop) -> None:
        self.script = script
        self.loop = loop
        self.clock = VirtualClock(loop, script.begins_at)
        self.settings = stage_settings(script.settings, script.broadcasts)
        self.providers = Providers(self.settings.accounts, script.broadcasts, script.seed, self.clock)
        self.network = Network(self.providers.by_host, self.clock, contextvars.copy_context())
        self.database = Database(self.clock)
        self.store = self.database.store()
        """Of whoever looks on."""
        self.alarms = AlarmBook(self.clock)
        self.host = Host()

    async def wait_until(self, instant: datetime) -> None:
        """Let others run until then; for what is past, not at all."""
        await self.clock.sleep(max(0.0, (instant - self.clock.now()).total_seconds()))

    async def meeting_of(self, broadcast: Broadcast) -> str | None:
        """Return the meeting that the hosts' links lead to, once there is one."""
        row = await self.store.find(broadcast.id)
        return row.meeting_id if row else None

    def sent_to(self, host: str) -> Sequence[datetime]:
        """Return when calls left for this host."""
        return self.network.sent.get(host, ())
