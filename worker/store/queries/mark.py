"""Whether anything happened that a page shows: asked often, and answered from indexes alone."""

from sqlalchemy import Connection, func, select

from worker.store.schema.conditions import UNANSWERED, UNRESOLVED
from worker.store.schema.tables import alerts, journal, requests, unheeded

_CURRENT = select(
    select(func.max(journal.c.id)).scalar_subquery(),
    select(func.max(alerts.c.id)).scalar_subquery(),
    select(func.count()).select_from(alerts).where(UNRESOLVED).scalar_subquery(),
    select(func.max(requests.c.id)).scalar_subquery(),
    select(func.count()).select_from(requests).where(UNANSWERED).scalar_subquery(),
    select(func.count()).select_from(unheeded).scalar_subquery(),
)


def current(connection: Connection) -> str:
    """Return what is another whenever a step, an alert, a request or a changed row was written."""
    return ".".join(str(each or 0) for each in connection.execute(_CURRENT).one())
