"""Broadcasts over HTTP: listed, read, added, changed."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from config.access import Scope
from jobs.model import Broadcast as WantedBroadcast
from worker.kit.clock import Clock
from worker.operations import wanted
from worker.operations.refusals import AlreadyOverError, IdInUseError, InvalidError
from worker.store.store import Store
from worker.view.board import RECENT
from worker.web.api import replies
from worker.web.api.endpoint import Call, Endpoint, Reply
from worker.web.api.operators import operator, told
from worker.web.api.requests import OPTIONS, Changes, NewBroadcast, WhichBroadcasts
from worker.web.problem import ProblemError

OVER = "it would have ended already: choose a later start or a longer duration"


@dataclass(frozen=True, slots=True)
class Broadcasts:
    """Answers what is asked of broadcasts."""

    store: Store
    clock: Clock

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        return [
            Endpoint(
                method="GET",
                path="/broadcasts",
                name="listBroadcasts",
                summary="List broadcasts, the earliest start first.",
                scope=Scope.READ,
                query=WhichBroadcasts,
                reply=replies.BroadcastPage,
                answer=self._list,
                problems=(410,),
            ),
            Endpoint(
                method="POST",
                path="/broadcasts",
                name="addBroadcast",
                summary="Add a broadcast. The same one again changes nothing, and is no error.",
                scope=Scope.OPERATE,
                body=NewBroadcast,
                reply=replies.Broadcast,
                answer=self._add,
                statuses=(200, 201),
                problems=(409,),
            ),
            Endpoint(
                method="GET",
                path="/broadcasts/{id}",
                name="readBroadcast",
                summary="Read everything known of one broadcast.",
                scope=Scope.READ,
                reply=replies.Broadcast,
                answer=self._read,
                problems=(404,),
            ),
            Endpoint(
                method="PATCH",
                path="/broadcasts/{id}",
                name="changeBroadcast",
                summary="Change what is said of a broadcast; what is left out stays as it is.",
                scope=Scope.OPERATE,
                body=Changes,
                reply=replies.Broadcast,
                answer=self._change,
                changes=True,
                problems=(404, 409),
            ),
        ]

    async def _list(self, call: Call) -> Reply:
        which: WhichBroadcasts = call.query
        ids = await self.store.listed(self._since(which))
        start = _following(ids, which.cursor)
        part = ids[start : start + which.limit]
        rows = [row async for some in self.store.overviews(part) for row in some]
        is_last = start + which.limit >= len(ids)
        following = None if is_last else _cursor(part[-1])
        items = replies.summaries(rows, playback=call.caller.may(Scope.PLAYBACK))
        return Reply(replies.BroadcastPage(items, following))

    def _since(self, which: WhichBroadcasts) -> datetime | None:
        return None if which.all else which.since or self.clock.now() - RECENT

    async def _read(self, call: Call) -> Reply:
        return await told(
            self.store, call, await operator(self.store, self.clock, call).known(call.path["id"])
        )

    async def _add(self, call: Call) -> Reply:
        asked: NewBroadcast = call.body
        new = self._drawn_up(asked)
        try:
            await wanted.add(operator(self.store, self.clock, call), new)
        except IdInUseError:
            return await self._there_already(call, asked, new)
        row = await operator(self.store, self.clock, call).known(new.id)
        found = await told(self.store, call, row)
        return Reply(found.value, found.tag, 201, f"/broadcasts/{new.id}")

    async def _there_already(self, call: Call, asked: NewBroadcast, new: WantedBroadcast) -> Reply:
        """Answer whoever adds the same again; whatever was changed since is not undone.

        Raises:
            ProblemError: the one that is there was asked for otherwise.
        """
        present = await self.store.existing_broadcasts(None, [new.id])
        differing = _differing(asked, new, present[0].broadcast) if present else ["id"]
        if differing:
            what = f"{new.id} exists, with another {', '.join(differing)}"
            raise ProblemError(409, f"{what}: read it, and change it with PATCH")
        return await told(self.store, call, await operator(self.store, self.clock, call).known(new.id))

    def _drawn_up(self, asked: NewBroadcast) -> WantedBroadcast:
        try:
            return wanted.drawn_up(
                broadcast_id=asked.id,
                title=asked.title,
                starts_at=asked.starts_at,
                length=asked.length,
                account=asked.account,
                go_live=asked.go_live,
                now=self.clock.now(),
                options={name: value for name, value in asked.said().items() if name in OPTIONS},
            )
        except AlreadyOverError:
            raise InvalidError(OVER) from None

    async def _change(self, call: Call) -> Reply:
        changes: Changes = call.body
        try:
            await wanted.change(operator(self.store, self.clock, call), call.path["id"], changes.said())
        except AlreadyOverError:
            raise InvalidError(OVER) from None
        return await told(
            self.store, call, await operator(self.store, self.clock, call).known(call.path["id"])
        )


def _differing(asked: NewBroadcast, new: WantedBroadcast, present: WantedBroadcast) -> list[str]:
    """Return what is said of the new one and not so of the one that is there."""
    said = [name for name in asked.said() if name in OPTIONS or name == "title"]
    differing = [name for name in said if getattr(new, name) != getattr(present, name)]
    return [*differing, *(["window"] if new.window != present.window else [])]


def _cursor(broadcast_id: str) -> str:
    return base64.urlsafe_b64encode(broadcast_id.encode()).decode().rstrip("=")


def _following(ids: Sequence[str], cursor: str) -> int:
    """Return where the page after a cursor begins.

    Raises:
        ProblemError: what it names is not listed any more.
    """
    if not cursor:
        return 0
    try:
        last = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        return ids.index(last) + 1
    except (binascii.Error, ValueError):
        raise ProblemError(410, "what this cursor names is not listed any more: begin again") from None
