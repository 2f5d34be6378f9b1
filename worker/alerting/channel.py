"""A way to people: what it has to do, and how it says that it could not."""

from typing import Protocol

from worker.alerting.notice import Notice


class DeliveryError(Exception):
    """A message did not arrive, as far as is known. Its text names no address."""


class Channel(Protocol):
    """A way to people."""

    name: str
    """Its place among the settings: an address is secret."""

    async def send(self, notice: Notice) -> None:
        """Deliver it.

        Raises:
            DeliveryError: it did not arrive, or nobody said that it did.
        """
        ...
