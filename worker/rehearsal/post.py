"""The messages to hosts in a rehearsal: taken and thrown away, for nothing leaves the process."""

from collections.abc import Collection
from dataclasses import dataclass

from jobs.contact import Contact
from jobs.reminder_text import Letter
from jobs.reminders import Delivery
from worker.alerting.host_services import Told


@dataclass(frozen=True, slots=True)
class Post:
    """Takes every message to a host, if the settings name its service."""

    services: Collection[str] | None
    """None: nothing is set up here, so that any may be set up at the real worker."""

    async def send(self, contact: Contact, letter: Letter) -> Told:  # noqa: ARG002  It goes nowhere.
        """Say that it arrived, or that its service is not set up."""
        if self.services is None or contact.service in self.services:
            return Told(Delivery.SENT)
        return Told(Delivery.FAILED, f"CUELIGHT_NOTIFY__{contact.service.upper()} is not set")


def post(services: Collection[str], accounts: Collection[str]) -> Post:
    """Return what takes the messages, where these services and accounts are set up."""
    return Post(frozenset(services) if services or accounts else None)
