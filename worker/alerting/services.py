"""Alerts by whatever apprise knows: mail, chat, pagers (the extra `alerts`)."""

import asyncio
from functools import partial
from typing import Any

from worker.alerting.channel import DeliveryError
from worker.alerting.notice import Notice
from worker.kit.threads import BusyError, ThreadPerCall

DEADLINE = 15.0
"""Seconds until a delivery counts as failed; its thread is left to itself."""
HANG_AT_MOST = 4
"""Deliveries of one channel that may hang; until one of them ends, further ones fail at once."""


class ChannelError(Exception):
    """An address that alerts cannot be sent to, as things are. The text does not name it."""


class AppriseService:
    """One address that apprise understands."""

    def __init__(self, name: str, notifier: Any, deadline: float = DEADLINE) -> None:
        self.name = name
        self._notifier = notifier
        self._deadline = deadline
        self._threads = ThreadPerCall(f"alerts {name}", HANG_AT_MOST)

    async def send(self, notice: Notice) -> None:
        """Deliver it.

        Raises:
            DeliveryError: apprise says that it did not arrive, or nothing within 15 s.
        """
        try:
            async with asyncio.timeout(self._deadline):
                arrived = await self._told(notice.heading, notice.words)
        except TimeoutError:
            arrived, reason = False, f"no answer within {self._deadline:g} s"
        except BusyError:
            arrived, reason = False, f"{HANG_AT_MOST} earlier deliveries still hang"
        except Exception as error:  # noqa: BLE001  Any of a hundred services; its text may hold the address.
            arrived, reason = False, type(error).__name__
        else:
            reason = "apprise reports a failure"
        if not arrived:
            raise DeliveryError(reason)

    async def _told(self, title: str, body: str) -> bool:
        tell = partial(self._notifier.notify, title=title, body=body)
        return bool(await asyncio.get_running_loop().run_in_executor(self._threads, tell))


def service(name: str, url: str) -> AppriseService:
    """Return the channel of an address.

    Raises:
        ChannelError: apprise is not installed, or does not understand the address.
    """
    try:
        import apprise  # noqa: PLC0415  An extra, and slow to import.
    except ImportError:
        raise ChannelError(f"alert channel {name} needs apprise: install cuelight[alerts]") from None
    notifier = apprise.Apprise()
    if not notifier.add(url):
        raise ChannelError(f"alert channel {name}: apprise does not understand this address")
    return AppriseService(name, notifier)
