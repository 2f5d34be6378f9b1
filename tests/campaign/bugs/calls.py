"""What leaves for the provider: once, without secrets, in time, within the quota."""

from typing import Any

import structlog

from jobs.quota.count import Ahead, Quota
from jobs.run import polling
from tests.campaign.bugs.bug import CROWD, Bug, nothing
from worker.engine.failsafe import Failsafe
from worker.gateway import reads
from worker.gateway.queue import CallQueue
from worker.provider.errors import ProviderError, UnansweredError
from worker.provider.transport import Transport

_send = Transport.send


async def _send_twice(self: Transport, method: str, url: str, authorization: str, **content: Any) -> Any:
    try:
        return await _send(self, method, url, authorization, **content)
    except UnansweredError:
        return await _send(self, method, url, authorization, **content)


async def _send_and_log(self: Transport, method: str, url: str, authorization: str, **content: Any) -> Any:
    reply = await _send(self, method, url, authorization, **content)
    structlog.get_logger().debug("reply", body=reply.body.decode())
    return reply


async def _send_and_blame(self: Transport, method: str, url: str, authorization: str, **content: Any) -> Any:
    try:
        return await _send(self, method, url, authorization, **content)
    except ProviderError as error:
        structlog.get_logger().warning("failed", authorization=authorization, error=str(error))
        raise


CALLS = (
    Bug.of(
        "a call that was not answered is sent again", "once_on_the_wire", (Transport, "send", _send_twice)
    ),
    Bug.of("the reply is logged", "no_secret", (Transport, "send", _send_and_log)),
    Bug.of("a failure is logged with its header", "no_secret", (Transport, "send", _send_and_blame)),
    Bug.of(
        "waiting calls hold up everything",
        "off_in_time",
        (CallQueue, "_send_away", nothing),
        (Failsafe, "_alarm", nothing),
    ),
    Bug.of(
        "the quota is not kept",
        "within_quota",
        (Quota, "room", lambda *_: 1000),
    ),
    Bug.of(
        "each that waits is read by itself, and nothing is spoken for",
        "starts_fit",
        (polling, "_is_watched", lambda _: True),
        (reads, "LISTS_FROM", 10**9),
        (Ahead, "expect", lambda *_: False),
        crowd=CROWD,
    ),
)
