"""Orders over HTTP: cancel, stop, extend, reopen, resolve an alert. Each is written down, not waited for."""

from dataclasses import dataclass

from worker.operations import air, wanted
from worker.store.errors import AlreadyResolvedError
from worker.web.api import replies
from worker.web.api.endpoint import Answer, ApiRequest, Endpoint, Reply, post, read
from worker.web.api.operators import Operators
from worker.web.api.requests import Asked, Extension, Nothing, Reopening, Resolution
from worker.web.problem import ProblemError


@dataclass(frozen=True, slots=True)
class Orders:
    """Answers who orders something."""

    operators: Operators

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        resolve, resolved = "/alerts/{number:int}/resolve", replies.Resolved
        return [
            _order("cancel", self._cancel, Nothing),
            _order("stop", self._stop, Nothing),
            _order("extend", self._extend, Extension),
            _order("reopen", self._reopen, Reopening),
            read("/requests/{number:int}", "readRequest", self._asked, replies.RequestState, problems=(404,)),
            post(resolve, "resolveAlert", self._resolve, resolved, body=Resolution, problems=(404, 409)),
        ]

    async def _cancel(self, request: ApiRequest) -> Reply:
        """Cancel a broadcast; on air, it is stopped."""
        await wanted.write_cancellation(self.operators.of(request), request.path["id"])
        return await self._written(request)

    async def _extend(self, request: ApiRequest) -> Reply:
        """Have a broadcast end later."""
        await wanted.write_extension(self.operators.of(request), request.path["id"], request.body.by)
        return await self._written(request)

    async def _stop(self, request: ApiRequest) -> Reply:
        """Take a broadcast off the air now; before its start, cancel it."""
        return await self._written(
            request, await air.ask_stop(self.operators.of(request), request.path["id"])
        )

    async def _reopen(self, request: ApiRequest) -> Reply:
        """Put a finished broadcast on air again, from now, in the same meeting."""
        by, length = self.operators.of(request), request.body.length
        return await self._written(request, await air.ask_reopening(by, request.path["id"], length))

    async def _written(self, request: ApiRequest, number: int | None = None) -> Reply:
        """Return the broadcast as it is just now, and where what was asked for can be read."""
        broadcast_id = request.path["id"]
        where = f"/broadcasts/{broadcast_id}" if number is None else f"/requests/{number}"
        return await self.operators.shown(request, broadcast_id, 202, where)

    async def _asked(self, request: ApiRequest) -> Reply:
        """Read what was asked of a worker, and its answer."""
        number = request.path["number"]
        found = await self.operators.store.request(number)
        if found is None:
            raise ProblemError(404, f"no such request: {number}")
        return Reply(replies.request(found))

    async def _resolve(self, request: ApiRequest) -> Reply:
        """Resolve an alert by hand."""
        number, who, why = request.path["number"], request.caller.name, request.body.note
        now = self.operators.clock.now()
        try:
            key = await self.operators.store.resolve_by_hand(number, by=who, why=why, at=now)
        except AlreadyResolvedError:
            raise ProblemError(409, f"alert {number} is already resolved") from None
        if key is None:
            raise ProblemError(404, f"no such alert: {number}")
        return Reply(replies.Resolved(number, key))


def _order(verb: str, answer: Answer, body: type[Asked]) -> Endpoint:
    path, name = f"/broadcasts/{{id}}/{verb}", f"{verb}Broadcast"
    how = {"statuses": (202,), "problems": (404, 409), "changes": True}
    return post(path, name, answer, replies.Broadcast, body=body, **how)
