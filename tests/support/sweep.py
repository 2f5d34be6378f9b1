"""A room of ours, and a sweeper whose database and provider are laid out by hand."""

from jobs.marker import marker
from jobs.model import Run
from jobs.run.lifecycle import State
from jobs.run.observations import Meeting, Stream, StreamStatus
from jobs.sweep import Kept, Use
from tests.support.clock import HandClock
from tests.support.gateway import gateway_of
from tests.support.leases import HeldLeases
from tests.support.provider import LaidOutClient
from worker.alerting.alerts import Alerts
from worker.engine.sweeper import Sweeper
from worker.store.errors import StoreUnavailableError
from worker.store.opening import inline
from worker.store.records import Note, Overview

TAG = "ours"
MARKER = marker(TAG, "default", "show")
OURS = f"Show{MARKER}"
ROOM = Kept(MARKER, "m", (Use("show", State.ENDED, MARKER),))


def overview(id_: str, *, cancelled: bool) -> Overview:
    return Overview(
        id=id_,
        title="Show",
        account="default",
        state=State.LIVE,
        why="",
        entered_at=None,
        starts_at=None,
        ends_at=None,
        entry=None,
        source="sql",
        cancelled=cancelled,
    )


class Rooms:
    def __init__(self) -> None:
        self.kept = [ROOM]
        self.notes: list[tuple[str, str]] = []
        self.away = False
        self.full = False
        self.called_off = False

    async def rooms_behind(self, _ids: object, _markers: object) -> list[Kept]:
        if self.away:
            raise StoreUnavailableError("the database does not answer")
        return self.kept

    async def find(self, broadcast_id: str) -> Overview | None:
        return overview(broadcast_id, cancelled=self.called_off)

    async def note(self, run_id: str, note: Note) -> None:
        if self.full:
            raise StoreUnavailableError("database or disk is full")
        self.notes.append((run_id, note.why))


class World:
    def __init__(self) -> None:
        self.clock, self.client, self.rooms, self.leases = HandClock(), LaidOutClient(), Rooms(), HeldLeases()
        gateway = gateway_of(self.client, self.clock)
        self.alerts = Alerts(inline(), self.clock)
        self.woken: list[tuple[str, str]] = []
        self.in_hand: Run | None = None
        self.sweeper = Sweeper(
            rooms=self.rooms,
            gateways={"default": gateway},
            leases=self.leases,
            alerts=self.alerts,
            clock=self.clock,
            worker="w",
            installation=TAG,
            wake=lambda *use: self.woken.append(use),
            holder_of=lambda meeting_id: self.in_hand if self.in_hand and meeting_id == "m" else None,
        )

    def put_on_air(self, meeting_id: str, title: str, *, may_record: bool = False) -> None:
        meeting = Meeting(meeting_id, title, active=True, live_stream_on_start=True, may_record=may_record)
        self.client.found = (meeting,)
        self.client.streams_of[meeting_id] = Stream(StreamStatus.LIVE, meeting_id=meeting_id)

    def changed(self) -> list[str]:
        return [each for each in self.client.asked if each.startswith(("stop", "patch", "kick"))]
