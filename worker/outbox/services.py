"""Alerts by whatever apprise knows: mail, chat, pagers (the extra `alerts`)."""

import asyncio
from typing import Any

from worker.outbox.courier import DeliveryError
from worker.outbox.message import Message


class ChannelError(Exception):
    """An address that alerts cannot be sent to, as things are. The text does not name it."""


class Service:
    """One address that apprise understands."""

    def __init__(self, name: str, notifier: Any) -> None:
        self.name = name
        self._notifier = notifier

    async def send(self, message: Message) -> None:
        """Deliver it.

        Raises:
            DeliveryError: apprise says that it did not arrive.
        """
        title = f"{message.state}: {message.title} ({message.severity})"
        body = f"{message.text}\n{message.cure}\n{message.run_id or message.key}"
        try:
            arrived = await asyncio.to_thread(self._notifier.notify, title=title, body=body)
        except Exception as error:  # noqa: BLE001  Any of a hundred services; its text may hold the address.
            arrived, reason = False, type(error).__name__
        else:
            reason = "apprise says no"
        if not arrived:
            raise DeliveryError(reason)


def service(name: str, url: str) -> Service:
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
    return Service(name, notifier)
