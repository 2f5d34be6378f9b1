"""Instants, for people."""

from datetime import datetime, timedelta, tzinfo


def local(instant: datetime | None, zone: tzinfo | None = None) -> str:
    """Return an instant by the clock of this zone; None: by this machine's."""
    return instant.astimezone(zone).strftime("%a %d %b %H:%M:%S") if instant else ""


def zone_name(now: datetime, zone: tzinfo | None = None) -> str:
    """Return what the zone whose clock is used is called now, and how far it is from UTC."""
    shown = now.astimezone(zone)
    return f"{shown:%Z}, UTC{shown:%z}" if shown.utcoffset() else "UTC"


def ago(instant: datetime | None, now: datetime) -> str:
    """Return how long ago an instant is: 12 s, 5 min, 3 h, 2 d."""
    if instant is None:
        return "never"
    seconds = max(0, int((now - instant) / timedelta(seconds=1)))
    for most, length, unit in ((120, 1, "s"), (7200, 60, "min"), (172800, 3600, "h")):
        if seconds < most:
            return f"{seconds // length} {unit} ago"
    return f"{seconds // 86400} d ago"
