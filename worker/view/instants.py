"""Instants, for people."""

from datetime import datetime, tzinfo


def local(instant: datetime | None, zone: tzinfo | None = None) -> str:
    """Return an instant by the clock of this zone; None: by this machine's."""
    return instant.astimezone(zone).strftime("%a %d %b %H:%M:%S") if instant else ""
