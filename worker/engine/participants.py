"""How long people were in the meetings of what was on the air: read once it is over, by one list for all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import structlog

from jobs.run.decision import Urgency
from worker.gateway.account import Gateway
from worker.gateway.permit import WithdrawnError
from worker.kit.clock import Clock
from worker.leases.contract import Leases
from worker.provider.attendance import Attendance
from worker.provider.errors import ProviderError
from worker.store.duties import Awaited

READ_AFTER = timedelta(minutes=15)
"""From when on the provider is asked: a session outlives the last who leaves it by ten minutes at most."""
ASKED_FOR = timedelta(days=2)
"""What the provider has not said by then stays unknown."""
LED_BY = timedelta(days=2)
"""A session that was the broadcast's began no longer than this before it was on the air."""

log = structlog.get_logger(__name__)


class ParticipantRows(Protocol):
    """Where it is kept."""

    async def participants_awaited(self, account: str, since: datetime, until: datetime) -> list[Awaited]:
        """Return what was done with between two instants, and of which participants' times are not known."""
        ...

    async def keep_participants_times(self, found: Mapping[str, timedelta], at: datetime) -> None:
        """Write it down by run; what is known stays as it is."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Participants:
    """Has it read for every account that is this worker's."""

    rows: ParticipantRows
    gateways: Mapping[str, Gateway]
    leases: Leases
    clock: Clock
    installation: str

    async def look(self) -> None:
        """Read and write down what can be known by now.

        Raises:
            StoreUnavailableError: the database does not answer; it is done again with the next look.
        """
        for gateway in self.gateways.values():
            if self.leases.held(gateway.account):
                await self._account(gateway)

    async def _account(self, gateway: Gateway) -> None:
        now = self.clock.now()
        awaited = await self.rows.participants_awaited(gateway.account, now - ASKED_FOR, now - READ_AFTER)
        sessions = await self._read(gateway, awaited) if awaited else ()
        found = spent(awaited, sessions)
        if found:
            await self.rows.keep_participants_times(found, now)
        log.debug("participants_counted", account=gateway.account, of=len(awaited), known=len(found))

    async def _read(self, gateway: Gateway, awaited: Sequence[Awaited]) -> Sequence[Attendance]:
        """Return the sessions of our meetings; none where the list cannot be had whole."""
        since = min(each.live_at for each in awaited) - LED_BY
        ask = partial(gateway.queue.call, Urgency.SWEEP)
        try:
            found = await gateway.client.attendances(f"[{self.installation}-", since, ask)
        except (ProviderError, WithdrawnError) as error:
            log.info("participants_not_counted", account=gateway.account, reason=str(error))
            return ()
        return found if found.whole else ()


def spent(awaited: Sequence[Awaited], sessions: Sequence[Attendance]) -> Mapping[str, timedelta]:
    """Return by run how long people were in its meeting, where everybody has left and somebody was in."""
    runs = {each.meeting_id: each.run_id for each in awaited}
    found: dict[str, timedelta] = {}
    for each in sessions:
        if each.meeting_id in runs:
            run_id = runs[each.meeting_id]
            found[run_id] = found.get(run_id, timedelta(0)) + each.time
    unfinished = {runs.get(each.meeting_id) for each in sessions if not each.is_over}
    return {run_id: time for run_id, time in found.items() if run_id not in unfinished}
