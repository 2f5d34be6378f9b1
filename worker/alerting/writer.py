"""What was told as rows, in order: kept until the database takes it; one that it refuses blocks no other."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import structlog

from worker.kit.clock import Clock
from worker.store.errors import LockedError, StoreError, StoreUnavailableError
from worker.store.records import Alert

GATHERED_FOR = 0.5
"""Seconds until what was told is written: much is told at once."""

log = structlog.get_logger(__name__)


class AlertRows(Protocol):
    """Where alerts are kept."""

    async def raise_alert(self, alert: Alert, at: datetime) -> None:
        """Open a row, unless one with its key is open."""
        ...

    async def change_alert(self, alert: Alert) -> None:
        """Have the open row with its key, if there is one, say what this says."""
        ...

    async def resolve_alert(self, key: str, at: datetime) -> None:
        """Close the open row with this key, if there is one."""
        ...

    async def open_alerts(self) -> list[Alert]:
        """Return the open rows."""
        ...

    async def open_keys(self) -> Collection[str]:
        """Return the keys of the open rows."""
        ...

    async def resolved_by_hand(self, keys: Collection[str]) -> list[Alert]:
        """Return, of those keys whose newest row was closed by hand, that row."""
        ...


@dataclass(frozen=True, slots=True)
class Raised:
    """A row is to be opened."""

    alert: Alert
    at: datetime

    @property
    def key(self) -> str:
        """Which row."""
        return self.alert.key

    async def write(self, rows: AlertRows) -> None:
        """Open it."""
        await _written(self.alert, lambda alert: rows.raise_alert(alert, self.at))


@dataclass(frozen=True, slots=True)
class Changed:
    """A row is to say something else."""

    alert: Alert

    @property
    def key(self) -> str:
        """Which row."""
        return self.alert.key

    async def write(self, rows: AlertRows) -> None:
        """Have it say that."""
        await _written(self.alert, rows.change_alert)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A row is to be closed."""

    key: str
    at: datetime

    async def write(self, rows: AlertRows) -> None:
        """Close it."""
        await rows.resolve_alert(self.key, self.at)


Change = Raised | Changed | Resolved


class AlertWriter:
    """Writes what is told, one after the other."""

    def __init__(self, rows: AlertRows, clock: Clock) -> None:
        self._rows = rows
        self._clock = clock
        self._writing = asyncio.Lock()
        self._waiting: list[Change] = []
        self._locked: list[Change] = []
        """What was tried just now, and cannot be written for a lock."""
        self._something_waits = asyncio.Event()
        self._refused: set[str] = set()

    def later(self, what: Change) -> None:
        """Have it written soon, after what waits already."""
        self._waiting.append(what)
        self._something_waits.set()

    def waiting(self) -> frozenset[str]:
        """Return the keys of the rows that are not as they are to be yet."""
        return frozenset(each.key for each in (*self._locked, *self._waiting))

    def refused(self) -> Collection[str]:
        """Return the keys of what is told and has no row, since the database refused it."""
        return self._refused

    async def write(self) -> None:
        """Write what waits; what the database does not take now is kept for later.

        Raises:
            StoreUnavailableError: it does not answer.
        """
        async with self._writing:
            try:
                while self._waiting:
                    await self._write_unless_locked(self._waiting[0])
                    self._waiting.pop(0)
            finally:
                self._waiting[:0] = self._locked
                self._locked.clear()

    async def run(self) -> None:
        """Write, again and again."""
        while True:
            await self._something_waits.wait()
            await self._clock.sleep(GATHERED_FOR)
            try:
                await self.write()
                if not self._waiting:
                    self._something_waits.clear()
            except StoreUnavailableError as error:
                log.debug("alerts_unwritten", waiting=len(self._waiting), reason=str(error))

    async def _write_unless_locked(self, what: Change) -> None:
        """Write it; what another session keeps locked waits, and what comes after it with its key."""
        if any(each.key == what.key for each in self._locked):
            self._locked.append(what)
            return
        try:
            await self._write(what)
        except LockedError as error:
            log.info("alert_locked", key=what.key, reason=str(error))
            self._locked.append(what)

    async def _write(self, what: Change) -> None:
        """Write it, or set it aside: those behind it are not to wait for what will never be taken."""
        self._refused.discard(what.key)
        try:
            await what.write(self._rows)
        except StoreUnavailableError:
            raise
        except Exception as error:  # noqa: BLE001  As above.
            self._refused.add(what.key)
            reason = str(error) if isinstance(error, StoreError) else type(error).__name__
            log.error("alert_not_written", key=what.key, reason=reason)  # noqa: TRY400  Nothing of ours failed.


async def _written(alert: Alert, write: Callable[[Alert], Awaitable[None]]) -> None:
    """Write it; in ASCII, where the database has no letters for what it says."""
    try:
        await write(alert)
    except StoreUnavailableError:
        raise
    except Exception:  # noqa: BLE001  Whatever it refuses, the operator is to read of it.
        await write(_in_ascii(alert))


def _in_ascii(alert: Alert) -> Alert:
    text, cure = (each.encode("ascii", "backslashreplace").decode() for each in (alert.text, alert.cure))
    return replace(alert, text=text, cure=cure)
