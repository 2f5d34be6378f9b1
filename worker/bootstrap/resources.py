"""What a worker is given of the world: its clock, its database, its way out."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from config.settings import Settings
from worker.alerting.channel import Channel
from worker.alerting.host_services import AppriseHostServices, HostServices
from worker.engine.event_endpoint import EventEndpoint
from worker.kit.clock import Clock
from worker.leases.contract import SharedLeases
from worker.process.files_watch import Files
from worker.process.heartbeat import Heartbeat
from worker.process.housekeeping import Duty, Housekeeping
from worker.provider.transport import Transport
from worker.store.store import Store


def no_channels(_settings: Settings, _installation: str) -> Sequence[Channel]:
    """Tell nobody."""
    return ()


def no_host_services(_settings: Settings) -> HostServices:
    """Send hosts nothing."""
    return AppriseHostServices({})


def no_endpoints(_settings: Settings) -> Sequence[EventEndpoint]:
    """Post events nowhere."""
    return ()


def no_heartbeat(_settings: Settings) -> None:
    """Ping nobody."""


def no_settings() -> None:
    """Say that nothing was set anew."""


async def nothing_to_close() -> None:
    """Close nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
    """Everything through which a worker touches what is not its own. A simulation hands in others."""

    name: str
    """The worker's id: written into the journal."""
    clock: Clock
    store: Store
    pages: Store | None = None
    """What pages and the interface read from, so that no reader holds up a pass; None: the store."""
    leases: SharedLeases
    files: Files | None = None
    """What the database and its lock are, if they are files."""
    transport: Transport
    housekeeping: Callable[[Sequence[Duty], Clock], Housekeeping] = Housekeeping
    channels: Callable[[Settings, str], Sequence[Channel]] = no_channels
    """Makes the ways to people, from the settings and the installation's tag."""
    host_services: Callable[[Settings], HostServices] = no_host_services
    """Makes what sends messages to hosts."""
    endpoints: Callable[[Settings], Sequence[EventEndpoint]] = no_endpoints
    """Makes the addresses that events are posted to."""
    heartbeat: Callable[[Settings], Heartbeat | None] = no_heartbeat
    settings_again: Callable[[], Settings | None] = no_settings
    """Reads the settings as they are now; None: they are in error."""
    close: Callable[[], Awaitable[None]] = nothing_to_close
