"""The services by which hosts are sent their links: addresses of apprise's, filled in with a host's own.

apprise tells whether a message arrived, and of why not only its log. Nothing of that log is kept or written:
it names addresses, and at its most talkative the message. It is looked at for one question: whether it is
certain that nothing arrived, so that the message may be sent again.
"""

import asyncio
import logging
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol
from urllib.parse import quote

from config.setting_types import HOST_ADDRESS
from jobs.contact import Contact
from jobs.reminder_text import Letter
from jobs.reminders import Delivery
from worker.alerting.services import DEADLINE, ChannelError
from worker.kit.threads import BusyError, ThreadPerCall

AT_ONCE = 16
"""Messages of one service that may be under way, or hang; further ones fail at once."""
_NEVER_BEGUN = re.compile(
    r"establish a new connection|connection refused|no route to host|network is unreachable"
    r"|name or service not known|name resolution|getaddrinfo|nodename nor servname|connect timeout"
    r"|certificate.verify.failed|\(\d{3}, b",
    re.IGNORECASE,
)
"""How an error reads of a connection that was never made, and an answer of a mail server that refuses."""
_BROKEN_OFF = re.compile(r"connection error|exception|timed? ?out|error=50[24]", re.IGNORECASE)
"""How one reads of a connection that broke, or of a gateway that does not know what came of it."""
_TROUBLE = "Socket Exception"
"""How a line begins that says what went wrong, among those that repeat the message itself."""


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a message."""

    outcome: Delivery
    detail: str = ""
    """Why it did not arrive, or may not have. It holds neither address nor link."""


class HostServices(Protocol):
    """What sends messages to hosts."""

    async def send(self, contact: Contact, letter: Letter) -> Told:
        """Send one message, once, and say what came of it. It never raises."""
        ...


class Overheard(logging.Filter):
    """Takes what apprise logs in the threads that listen, so that nobody else sees it."""

    def __init__(self) -> None:
        super().__init__()
        self._here = threading.local()

    def listen(self) -> list[str]:
        """Return a list to which every trouble is added that is logged in this thread from now on."""
        self._here.heard = heard = list[str]()
        return heard

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record for whoever listens in this thread; others' goes its way."""
        heard: list[str] | None = getattr(self._here, "heard", None)
        if heard is None:
            return True
        text = record.getMessage()
        if record.levelno >= logging.WARNING or text.startswith(_TROUBLE):
            heard.append(text)
        return False


_OVERHEARD = Overheard()


@dataclass(slots=True)
class AppriseHostServices:
    """Those of the settings, by name."""

    urls: Mapping[str, str] = field(repr=False)
    deadline: float = DEADLINE
    """Seconds until a message counts as unknown; its thread is left to itself."""
    _threads: dict[str, ThreadPerCall] = field(default_factory=dict)

    async def send(self, contact: Contact, letter: Letter) -> Told:
        """Send one message, once, and say what came of it."""
        if (url := self.urls.get(contact.service)) is None:
            return Told(Delivery.FAILED, f"CUELIGHT_NOTIFY__{contact.service.upper()} is not set")
        full = url.replace(HOST_ADDRESS, quote(contact.address, safe=""))
        try:
            async with asyncio.timeout(self.deadline):
                return await self._sent(contact.service, full, letter)
        except TimeoutError:
            return Told(Delivery.UNKNOWN, f"no answer within {self.deadline:g} s")
        except BusyError:
            return Told(Delivery.FAILED, f"{AT_ONCE} earlier messages of this service still hang")
        except Exception as error:  # noqa: BLE001  Any of a hundred services; its text may hold the link.
            return Told(Delivery.UNKNOWN, type(error).__name__)

    async def _sent(self, service: str, url: str, letter: Letter) -> Told:
        threads = self._threads.setdefault(service, ThreadPerCall(f"hosts by {service}", AT_ONCE))
        return await asyncio.get_running_loop().run_in_executor(threads, partial(_send, url, letter))


def host_services(urls: Mapping[str, str]) -> AppriseHostServices:
    """Return what sends by these addresses; each has a place for a host's own.

    Raises:
        ChannelError: apprise is not installed, or does not understand one.
    """
    if urls:
        _listen_to_apprise()
    for name, url in urls.items():
        if _notifier(name, url.replace(HOST_ADDRESS, "anna%40example.org")) is None:
            raise ChannelError(f"CUELIGHT_NOTIFY__{name.upper()}: apprise does not understand this address")
    return AppriseHostServices(urls)


def _listen_to_apprise() -> None:
    log = logging.getLogger("apprise")
    log.addFilter(_OVERHEARD)
    log.setLevel(logging.DEBUG)


def _send(url: str, letter: Letter) -> Told:
    """Send it from this thread, which nobody else uses."""
    heard = _OVERHEARD.listen()
    notifier = _notifier("", url)
    if notifier is None:
        return Told(Delivery.FAILED, "the service does not take this host's address")
    if notifier.notify(title=letter.subject, body=letter.text, body_format="text"):
        return Told(Delivery.SENT)
    return _why_not("\n".join(heard))


def _why_not(heard: str) -> Told:
    """Say whether it is certain that nothing arrived: it was refused, or there was no connection."""
    if _NEVER_BEGUN.search(heard):
        return Told(Delivery.FAILED, "the service could not be reached, or refused the message")
    if _BROKEN_OFF.search(heard):
        return Told(Delivery.UNKNOWN, "the connection to the service broke off")
    return Told(Delivery.FAILED, "the service refused the message")


def _notifier(name: str, url: str) -> Any:
    """Return what sends to this address, once and in this thread; None: apprise does not understand it.

    Raises:
        ChannelError: apprise is not installed.
    """
    try:
        import apprise  # noqa: PLC0415  An extra, and slow to import.
    except ImportError:
        raise ChannelError(
            f"CUELIGHT_NOTIFY__{name.upper()} needs apprise: install cuelight[alerts]"
        ) from None
    notifier = apprise.Apprise(asset=apprise.AppriseAsset(async_mode=False))
    if not notifier.add(url):
        return None
    for each in notifier:  # What its address says of that would send twice, or call a failure a success.
        each.retry, each.optional = 0, False
    return notifier
