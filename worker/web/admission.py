"""Lets in who may come in. Whoever tries tokens is slowed down, and that is logged."""

from dataclasses import dataclass, field

import structlog
from starlette.requests import Request

from config.access import Scope
from worker.kit.clock import Clock
from worker.web.access import Access, Caller
from worker.web.problem import ProblemError

SLOWED_BY = 1.0
"""Seconds that a wrong token waits for its answer."""
MOST_WAITING = 8
"""Wrong tokens that wait; further ones are answered at once that there are too many."""
TOLD_EVERY = 60.0

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Admission:
    """Asks who comes, and what he may."""

    access: Access
    clock: Clock
    _waiting: int = 0
    _failed: int = field(default=0)
    _told_at: float = float("-inf")

    async def admitted(self, request: Request, scope: Scope) -> Caller:
        """Return who asks, if he may do this.

        Raises:
            ProblemError: it is not known who asks (401), he may not (403), or too many are wrong (429).
        """
        caller = self.access.caller(request)
        if caller is None:
            await self._refuse(request)
            raise ProblemError(
                401, "send a token of CUELIGHT_HTTP__TOKENS__NAME, as `Authorization: Bearer TOKEN`"
            )
        if not caller.may(scope):
            held = ", ".join(sorted(caller.scopes))
            raise ProblemError(403, f"{caller.name} has {held}, and this needs {scope}")
        return caller

    async def logged_in(self, request: Request, token: str) -> Caller:
        """Return whose token this is.

        Raises:
            ProblemError: nobody's (401), or too many are wrong (429).
        """
        caller = self.access.holder([token.encode()])
        if caller is None:
            await self._slow_down(request)
            raise ProblemError(401, "this is no token of CUELIGHT_HTTP__TOKENS__NAME")
        return caller

    async def _refuse(self, request: Request) -> None:
        """Have whoever showed a wrong token wait; whoever showed none was only asked for one."""
        if "authorization" in request.headers:
            await self._slow_down(request)

    async def _slow_down(self, request: Request) -> None:
        self._log(request)
        if self._waiting >= MOST_WAITING:
            raise ProblemError(429, "too many wrong tokens at once")
        self._waiting += 1
        try:
            await self.clock.sleep(SLOWED_BY)
        finally:
            self._waiting -= 1

    def _log(self, request: Request) -> None:
        """Log it, but not every one of a flood."""
        self._failed += 1
        now = self.clock.monotonic()
        if now - self._told_at >= TOLD_EVERY:
            peer = request.client.host if request.client else "unknown"
            log.warning("wrong_tokens", peer=peer, count=self._failed)
            self._told_at, self._failed = now, 0
