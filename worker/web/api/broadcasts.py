"""Broadcasts over HTTP: listed, read, added, changed."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from config.access import Scope
from jobs.model import Broadcast as WantedBroadcast
from worker.operations import wanted
from worker.operations.refusals import AlreadyOverError, IdInUseError, InvalidError
from worker.view.board import RECENT
from worker.web.api import replies
from worker.web.api.endpoint import ApiRequest, Endpoint, Reply, post, read
from worker.web.api.operators import Operators
from worker.web.api.requests import OPTIONS, Changes, NewBroadcast, WhichBroadcasts
from worker.web.problem import ProblemError

OVER = "it would have ended already: choose a later start or a longer duration"


@dataclass(frozen=True, slots=True)
class Broadcasts:
    """Answers what is asked of broadcasts."""

    operators: Operators

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        page, one = replies.BroadcastPage, replies.Broadcast
        known = {"problems": (404, 409), "body": Changes, "changes": True}
        return [
            read("/broadcasts", "listBroadcasts", self._list, page, query=WhichBroadcasts, problems=(410,)),
            post(
                "/broadcasts",
                "addBroadcast",
                self._add,
                one,
                body=NewBroadcast,
                statuses=(200, 201),
                problems=(409,),
            ),
            read("/broadcasts/{id}", "readBroadcast", self._read, one, problems=(404,)),
            post("/broadcasts/{id}", "changeBroadcast", self._change, one, method="PATCH", **known),
        ]

    async def _list(self, request: ApiRequest) -> Reply:
        """List broadcasts, the earliest start first."""
        which, store = request.query, self.operators.store
        ids = await store.listed(self._since(which))
        start = _following(ids, which.cursor)
        part = ids[start : start + which.limit]
        rows = [row async for some in store.overviews(part) for row in some]
        is_last = start + which.limit >= len(ids)
        items = replies.summaries(rows, playback=request.caller.may(Scope.PLAYBACK))
        return Reply(replies.BroadcastPage(items, None if is_last else _cursor(part[-1])))

    def _since(self, which: WhichBroadcasts) -> datetime | None:
        return None if which.all else which.since or self.operators.clock.now() - RECENT

    async def _read(self, request: ApiRequest) -> Reply:
        """Read everything known of one broadcast."""
        return await self.operators.shown(request, request.path["id"])

    async def _add(self, request: ApiRequest) -> Reply:
        """Add a broadcast. The same one again changes nothing, and is no error."""
        new = self._drawn_up(request.body)
        try:
            await wanted.add(self.operators.of(request), new)
        except IdInUseError:
            return await self._there_already(request, new)
        return await self.operators.shown(request, new.id, 201, f"/broadcasts/{new.id}")

    async def _there_already(self, request: ApiRequest, new: WantedBroadcast) -> Reply:
        """Answer whoever adds the same again; whatever was changed since is not undone.

        Raises:
            ProblemError: the one that is there was asked for otherwise.
        """
        present = await self.operators.store.existing_broadcasts(None, [new.id])
        differing = _differing(request.body, new, present[0].broadcast) if present else ["row"]
        if differing:
            what = f"{new.id} exists, with another {', '.join(differing)}"
            raise ProblemError(409, f"{what}: read it, and change it with PATCH")
        return await self.operators.shown(request, new.id)

    def _drawn_up(self, asked: NewBroadcast) -> WantedBroadcast:
        try:
            return wanted.drawn_up(
                broadcast_id=asked.id,
                title=asked.title,
                starts_at=asked.starts_at,
                length=asked.length,
                account=asked.account,
                go_live=asked.go_live,
                now=self.operators.clock.now(),
                options={name: value for name, value in asked.said().items() if name in OPTIONS},
            )
        except AlreadyOverError:
            raise InvalidError(OVER) from None

    async def _change(self, request: ApiRequest) -> Reply:
        """Change what is said of a broadcast; what is left out stays as it is."""
        changes: Changes = request.body
        try:
            await wanted.change(self.operators.of(request), request.path["id"], changes.said())
        except AlreadyOverError:
            raise InvalidError(OVER) from None
        return await self._read(request)


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
