"""What cuelight runs on: its own version, Python's, and the time zones."""

import os
import platform
import sqlite3
import sys
import zoneinfo
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, tzinfo
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from zoneinfo import ZoneInfo

from worker.doctor.finding import Finding, ok, problem, warning
from worker.kit.proxies import CURE, named_in

OLDEST_PYTHON = (3, 11)
ZONE = "Europe/Berlin"
KNOWN = {
    "2026-06-01T12:00:00+02:00": "2026-06-01T10:00:00+00:00",
    "2026-12-01T12:00:00+01:00": "2026-12-01T11:00:00+00:00",
}
"""Instants by Berlin's clock, in summer and winter, and the same in UTC."""

Zones = Callable[[str], tzinfo]
"""From a name to its time zone."""


def versions(python: tuple[int, ...] = sys.version_info[:3]) -> Finding:
    """Tell the versions of what takes part."""
    written = ".".join(map(str, python))
    parts = (f"cuelight {version('cuelight')}", f"Python {written}", f"SQLite {sqlite3.sqlite_version}")
    text = f"{', '.join(parts)}, {platform.system()}"
    if python < OLDEST_PYTHON:
        return problem("versions", text, "Install cuelight with Python 3.11 or newer.")
    return ok("versions", text)


def time_zones(zones: Zones = ZoneInfo) -> Finding:
    """Check that time zones can be read and are right."""
    cure = "Reinstall cuelight, with the tzdata it requires."
    try:
        zone = zones(ZONE)
    except (OSError, ValueError, KeyError) as error:
        return problem("time zones", f"{ZONE} cannot be read: {type(error).__name__}", cure)
    for local, utc in KNOWN.items():
        seen = datetime.fromisoformat(utc).astimezone(zone).isoformat()
        if seen != local:
            return problem("time zones", f"{utc} is {seen} in {ZONE} here, but should be {local}", cure)
    return ok("time zones", f"{ZONE} is right, by {_source()}")


def unused_proxies(environ: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """Tell that a proxy which is named here is not used; nothing if none is."""
    if found := named_in(environ):
        text = f"{' and '.join(found)} {'names a proxy' if len(found) == 1 else 'name proxies'}: none is used"
        yield warning("proxy", f"{text}, by provider, alerts or heartbeat", CURE)


def _source() -> str:
    """Return whose time zones are used: Python takes the system's before the package's."""
    package = f"tzdata {import_module('tzdata').IANA_VERSION}"
    own = next((each for each in zoneinfo.TZPATH if Path(each, ZONE).is_file()), None)
    return f"{own} ({package} is installed, too)" if own else package
