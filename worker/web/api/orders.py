"""Orders over HTTP: cancel, stop, extend, reopen, resolve an alert. Each is written down, not waited for."""

from dataclasses import dataclass

from config.access import Scope
from worker.kit.clock import Clock
from worker.operations import air, wanted
from worker.store.errors import AlreadyResolvedError
from worker.store.store import Store
from worker.web.api import replies
from worker.web.api.endpoint import Answer, Call, Endpoint, Reply
from worker.web.api.operators import operator, told
from worker.web.api.requests import Asked, Extension, Nothing, Reopening, Resolution
from worker.web.problem import ProblemError


@dataclass(frozen=True, slots=True)
class Orders:
    """Answers who orders something."""

    store: Store
    clock: Clock

    def endpoints(self) -> list[Endpoint]:
        """Return the addresses."""
        return [
            _order("cancel", "Cancel a broadcast; on air, it is stopped.", Nothing, self._cancel),
            _order(
                "stop", "Take a broadcast off the air now; before its start, cancel it.", Nothing, self._stop
            ),
            _order("extend", "Have a broadcast end later.", Extension, self._extend),
            _order(
                "reopen",
                "Put a finished broadcast on air again, from now, in the same meeting.",
                Reopening,
                self._reopen,
            ),
            Endpoint(
                method="GET",
                path="/requests/{number:int}",
                name="readRequest",
                summary="Read what was asked of a worker, and its answer.",
                scope=Scope.READ,
                reply=replies.RequestState,
                answer=self._request,
                problems=(404,),
                tag="orders",
            ),
            Endpoint(
                method="POST",
                path="/alerts/{number:int}/resolve",
                name="resolveAlert",
                summary="Resolve an alert by hand.",
                scope=Scope.OPERATE,
                body=Resolution,
                reply=replies.Resolved,
                answer=self._resolve,
                problems=(404, 409),
                tag="alerts",
            ),
        ]

    async def _cancel(self, call: Call) -> Reply:
        broadcast_id = call.path["id"]
        await wanted.write_cancellation(operator(self.store, self.clock, call), broadcast_id)
        return await self._written(call)

    async def _extend(self, call: Call) -> Reply:
        await wanted.write_extension(operator(self.store, self.clock, call), call.path["id"], call.body.by)
        return await self._written(call)

    async def _stop(self, call: Call) -> Reply:
        return await self._written(
            call, await air.ask_stop(operator(self.store, self.clock, call), call.path["id"])
        )

    async def _reopen(self, call: Call) -> Reply:
        asked = await air.ask_reopening(
            operator(self.store, self.clock, call), call.path["id"], call.body.length
        )
        return await self._written(call, asked)

    async def _written(self, call: Call, request: int | None = None) -> Reply:
        """Return the broadcast as it is just now, and where what was asked for can be read."""
        row = await operator(self.store, self.clock, call).known(call.path["id"])
        found = await told(self.store, call, row)
        where = f"/broadcasts/{row.id}" if request is None else f"/requests/{request}"
        return Reply(found.value, found.tag, 202, where)

    async def _request(self, call: Call) -> Reply:
        found = await self.store.request(int(call.path["number"]))
        if found is None:
            raise ProblemError(404, f"no such request: {call.path['number']}")
        return Reply(replies.request(found))

    async def _resolve(self, call: Call) -> Reply:
        number, body, now = int(call.path["number"]), call.body, self.clock.now()
        try:
            key = await self.store.resolve_by_hand(number, by=call.caller.name, why=body.note, at=now)
        except AlreadyResolvedError:
            raise ProblemError(409, f"alert {number} is already resolved") from None
        if key is None:
            raise ProblemError(404, f"no such alert: {number}")
        return Reply(replies.Resolved(number, key))


def _order(verb: str, summary: str, body: type[Asked], answer: Answer) -> Endpoint:
    return Endpoint(
        method="POST",
        path=f"/broadcasts/{{id}}/{verb}",
        name=f"{verb}Broadcast",
        summary=summary,
        scope=Scope.OPERATE,
        body=body,
        reply=replies.Broadcast,
        answer=answer,
        statuses=(202,),
        changes=True,
        problems=(404, 409),
        tag="orders",
    )
