"""The pages as a whole."""

from starlette.routing import BaseRoute

from config.settings import Settings
from worker.kit.clock import Clock
from worker.store.store import Store
from worker.view.timeline import Seen
from worker.web.admission import Admission
from worker.web.console import assets
from worker.web.console.broadcast import BroadcastPages
from worker.web.console.live import Live
from worker.web.console.login import Login
from worker.web.console.schedule import SchedulePages
from worker.web.console.sessions import Sessions
from worker.web.console.site import Site
from worker.web.console.staff import Staff
from worker.web.console.tonight import Tonight
from worker.web.console.upcoming import Upcoming
from worker.web.drafts import Drafts


def console(  # noqa: PLR0913, PLR0917  What pages are made of.
    store: Store, settings: Settings, clock: Clock, admission: Admission, drafts: Drafts, seen: Seen
) -> list[BaseRoute]:
    """Return the pages for whoever is on call."""
    sessions = Sessions(admission.access, clock)
    pages = [
        *Tonight(store, seen).pages(),
        *BroadcastPages(store, settings, clock, seen).pages(),
        *Upcoming(store).pages(),
        *SchedulePages(store, drafts, settings).pages(),
        *Staff(store).pages(),
        *Live(store, clock).pages(),
        *Login(admission, sessions).pages(),
    ]
    return [*assets.routes(), *Site(sessions, clock).routes(pages)]
