"""People who come and go by themselves: the crowd, those who come back, and a plan."""

from collections.abc import Callable, Mapping
from functools import partial

from worker.simulator.history import Change, Kind
from worker.simulator.knobs import Move
from worker.simulator.meeting import Meeting, Tenant
from worker.simulator.physics import Physics, Refused
from worker.simulator.presence import Presence
from worker.simulator.session import Attendance
from worker.simulator.stream import Phase

CROWD = "crowd"
PLANNED = "planned"


class People:
    """Listens to what happens, and joins or leaves some time after."""

    def __init__(self, physics: Physics, presence: Presence, tenants: Mapping[str, Tenant]) -> None:
        self._physics = physics
        self._presence = presence
        self._tenants = tenants
        physics.history.listen(self._hear)
        for seconds, title, move in physics.knobs.plan:
            physics.after(seconds, partial(self._follow_plan, title, move))

    def _hear(self, change: Change) -> None:
        if change.kind in {Kind.MEETING_CREATED, Kind.MEETING_STATUS} and change.value == "ACTIVE":
            self._soon(change, self._physics.knobs.join_delay_s, self._come)
        elif change.kind in {Kind.MEETING_STATUS, Kind.STREAM_OFF}:
            self._soon(change, self._physics.knobs.linger_s, self._go)
        elif change.kind is Kind.SESSION_ENDED and self._physics.knobs.rejoin_after_end:
            self._soon(change, self._physics.knobs.join_delay_s, self._come_back)

    def _soon(self, change: Change, seconds: float, act: Callable[[Tenant, Meeting], None]) -> None:
        tenant = self._tenants[change.tenant]
        self._physics.after(seconds, partial(act, tenant, tenant.meetings[change.meeting_id]))

    def _come(self, tenant: Tenant, meeting: Meeting) -> None:
        if self._physics.knobs.crowd and meeting.is_open and not _crowd_in(meeting):
            self._presence.join(tenant, meeting, CROWD)

    def _come_back(self, tenant: Tenant, meeting: Meeting) -> None:
        if meeting.session is None:
            self._try_to_join(tenant, meeting, CROWD)

    def _go(self, _tenant: Tenant, meeting: Meeting) -> None:
        stream = meeting.livestream
        if not meeting.is_open and (stream is None or stream.phase is Phase.OFF):
            self._presence.leave(meeting, lambda person: person.name == CROWD)

    def _follow_plan(self, title: str, move: Move) -> None:
        for tenant in self._tenants.values():
            for meeting in tenant.matching(title):
                self._follow(tenant, meeting, move)

    def _follow(self, tenant: Tenant, meeting: Meeting, move: Move) -> None:
        if move == "join":
            self._try_to_join(tenant, meeting, PLANNED)
        else:
            self._presence.leave(meeting, lambda person: person.name == PLANNED)

    def _try_to_join(self, tenant: Tenant, meeting: Meeting, name: str) -> None:
        try:
            self._presence.join(tenant, meeting, name)
        except Refused:
            return  # the history tells of it


def _crowd_in(meeting: Meeting) -> list[Attendance]:
    present = meeting.session.present if meeting.session else []
    return [attendance for attendance in present if attendance.name == CROWD]
