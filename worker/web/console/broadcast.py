"""One broadcast: its story as it grows, and what may be ordered of it."""

from dataclasses import dataclass
from urllib.parse import quote

from starlette.responses import Response

from config.access import Scope
from config.settings import Settings
from worker.kit.clock import Clock
from worker.operations.explaining import explained
from worker.operations.operator import Operator
from worker.operations.refusals import ChangedError
from worker.store.records import Overview
from worker.store.store import Store
from worker.view.alerts import listed
from worker.view.board import MARKS, line, state_word
from worker.view.explanation import Explanation
from worker.view.timeline import Seen
from worker.web.console.orders import ORDERS, Order, fitting
from worker.web.console.visit import Page, Visit, elsewhere
from worker.web.problem import ProblemError

_PATH = "/broadcasts/{id:path}"
_ORDER = "/orders/{order}/{id:path}"


@dataclass(frozen=True, slots=True)
class BroadcastPages:
    """Answers who looks at a broadcast, or orders something of it."""

    store: Store
    settings: Settings
    clock: Clock
    seen: Seen

    def pages(self) -> list[Page]:
        """Return the addresses."""
        return [
            Page(path=_PATH, answer=self._shown),
            Page(path=_ORDER, answer=self._asked, scope=Scope.OPERATE),
            Page(path=_ORDER, answer=self._given, method="POST", scope=Scope.OPERATE),
        ]

    async def _shown(self, visit: Visit) -> Response:
        broadcast_id = visit.request.path_params["id"]
        found = await explained(self.store, self.settings, broadcast_id, None, visit.now)
        if found.is_unknown:
            raise ProblemError(404, f"nothing is known of {broadcast_id}")
        row = found.row
        return visit.page(
            "broadcast.html",
            id=broadcast_id,
            told=Explanation.of(found, broadcast_id, visit.now),
            row=row,
            line=line(row, visit.now) if row else None,
            mark=MARKS[row.state] if row else "",
            word=state_word(row.state) if row else "none",
            wanted=found.wanted,
            evidence=self.seen(row) if row else None,
            orders=fitting(row) if row and visit.may_operate else (),
            waiting=[each for each in found.requests if each.answer is None],
            is_picked_up=row is None or await self._is_picked_up(row),
            playback=visit.caller is not None and visit.caller.may(Scope.PLAYBACK),
            alerts=listed(await self.store.open_alerts(broadcast_id)),
        )

    async def _is_picked_up(self, row: Overview) -> bool:
        return row.state is not None and await self.store.heeded(row.id, row.version.row)

    async def _asked(self, visit: Visit) -> Response:
        """Say what an order will do, before it is given."""
        return await self._confirmation(visit, _order(visit), "")

    async def _confirmation(self, visit: Visit, order: Order, trouble: str, status: int = 200) -> Response:
        row = await self._operator(visit).known(visit.request.path_params["id"])
        return visit.page(
            "order.html",
            status,
            row=row,
            order=order,
            trouble=trouble,
            line=line(row, visit.now),
            mark=MARKS[row.state],
            word=state_word(row.state),
            fits=order in fitting(row),
        )

    async def _given(self, visit: Visit) -> Response:
        """Write an order down; a worker picks it up within a second or so."""
        order, broadcast_id = _order(visit), visit.request.path_params["id"]
        seen = frozenset({visit.form.get("seen", "")}) if order.is_of_version else frozenset[str]()
        try:
            await order.give(self._operator(visit, seen), broadcast_id)
        except ChangedError as error:
            return await self._confirmation(visit, order, str(error), 412)
        return elsewhere(f"/broadcasts/{quote(broadcast_id, safe='')}")

    def _operator(self, visit: Visit, seen: frozenset[str] = frozenset()) -> Operator:
        return Operator(visit.caller.name if visit.caller else "", self.store, self.clock, seen)


def _order(visit: Visit) -> Order:
    """Return the order of this address.

    Raises:
        ProblemError: there is none of this name.
    """
    found = ORDERS.get(visit.request.path_params["order"])
    if found is None:
        raise ProblemError(404, "there is nothing at this address")
    return found
