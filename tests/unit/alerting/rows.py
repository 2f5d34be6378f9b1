"""Conditions that may hold, and the store's alerts, counted."""

import asyncio
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from jobs.conditions import Condition, Severity
from jobs.subject import Subject, SubjectKind
from worker.store.errors import LockedError, StoreUnavailableError, UnwritableError
from worker.store.opening import inline
from worker.store.records import Alert
from worker.store.store import Store

SHOW, OTHER = Subject(SubjectKind.BROADCAST, "show"), Subject(SubjectKind.BROADCAST, "other")
LATE = Condition("nobody_here", Severity.WARNING, "nobody has joined", "Call the hosts.")
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
            raise UnwritableError("a value that the database cannot store")
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
