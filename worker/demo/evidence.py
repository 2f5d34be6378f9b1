"""What is known of each part: what the worker wrote down, and what the provider knows to have happened."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from worker.demo.provider import Call, Happening, Provider, Room
from worker.demo.script import PARTS, Part
from worker.kit.clock import Clock
from worker.store.records import Alert, Note, Overview
from worker.store.store import Store


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything known of one part at an instant."""

    part: Part
    starts_at: datetime
    ends_at: datetime
    row: Overview | None
    notes: tuple[Note, ...]
    rooms: tuple[Room, ...]
    """Its meetings; there should be one."""
    history: tuple[Happening, ...]
    calls: tuple[Call, ...]
    """Those about its meeting, the create included."""
    told: Mapping[str, Alert]
    """What was told of it, by condition."""
    coming: tuple[Overview, ...] = ()
    """Its other occurrences, the next one first."""

    @property
    def is_over(self) -> bool:
        """Whether it ended, was missed or cancelled."""
        return self.row is not None and self.row.state in ("ended", "missed", "cancelled")

    @property
    def on_air(self) -> bool:
        """Whether the provider streams it."""
        return any(room.on_air for room in self.rooms)

    def happened(self, kind: str) -> tuple[datetime, ...]:
        """Return when this happened."""
        return tuple(each.at for each in self.history if each.kind == kind)

    def made(self, method: str, ending: str) -> tuple[Call, ...]:
        """Return the calls of this kind."""
        return tuple(each for each in self.calls if each.method == method and each.resource.endswith(ending))


@dataclass(slots=True)
class Witness:
    """Looks again and again, and remembers what alerts it saw."""

    store: Store
    provider: Provider
    clock: Clock
    zero: datetime
    _told: dict[str, Alert] = field(default_factory=dict)

    async def look(self) -> tuple[Evidence, ...]:
        """Return what is known of each part now."""
        rows = {row.id: row for row in await self.store.overview()}
        for alert in await self.store.open_alerts():
            self._told.setdefault(alert.key, replace(alert, raised_at=alert.raised_at or self.clock.now()))
        truth = _Truth(
            await self.provider.rooms(), await self.provider.history(), await self.provider.calls()
        )
        return tuple([await self._of(part, rows, truth) for part in PARTS])

    async def _of(self, part: Part, rows: Mapping[str, Overview], truth: "_Truth") -> Evidence:
        broadcast_id = part.broadcast_id(self.zero)
        rooms = tuple(room for room in truth.rooms if room.title.startswith(part.title))
        return Evidence(
            part=part,
            starts_at=part.starts_at(self.zero),
            ends_at=part.ends_at(self.zero),
            row=rows.get(broadcast_id),
            notes=tuple(await self.store.journal(broadcast_id)),
            rooms=rooms,
            history=tuple(each for each in truth.history if each.title.startswith(part.title)),
            calls=tuple(each for each in truth.calls if _is_about(each, part, rooms)),
            told=self._told_of(broadcast_id),
            coming=tuple(row for row in rows.values() if row.entry == part.key and row.id != broadcast_id),
        )

    def _told_of(self, broadcast_id: str) -> Mapping[str, Alert]:
        keys = ((key.rpartition("/"), alert) for key, alert in self._told.items())
        return {name: alert for (about, _, name), alert in keys if about == broadcast_id}


@dataclass(frozen=True, slots=True)
class _Truth:
    """What the provider knows at an instant."""

    rooms: tuple[Room, ...]
    history: tuple[Happening, ...]
    calls: tuple[Call, ...]


def _is_about(call: Call, part: Part, rooms: tuple[Room, ...]) -> bool:
    created = call.resource == "/meetings" and str(call.body.get("title", "")).startswith(part.title)
    return created or any(room.id in call.resource for room in rooms)
