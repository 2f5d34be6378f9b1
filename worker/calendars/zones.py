"""The names that calendars give to time zones -> the zones; a name that means nothing means nothing."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from worker.calendars.feed import short
from worker.calendars.sections import properties, text_of

_OF_WINDOWS = {name.casefold(): iana for name, iana in WINDOWS_TO_OLSON.items()}
_UTC = frozenset({"utc", "z", "gmt", "etc/utc", "tzone://microsoft/utc"})


class UnknownZoneError(ValueError):
    """No zone is known by this name, here or to the calendar."""


class Zones:
    """What one calendar may call a zone: its own definitions, and the names that everybody knows."""

    def __init__(self, defined: Iterable[Sequence[str]] = ()) -> None:
        self._lines: Mapping[str, Sequence[str]] = dict(filter(None, map(_named, defined)))
        self._found: dict[str, tzinfo] = {}

    def of(self, name: str) -> tzinfo:
        """Return the zone of this name.

        IANA names come first; then what the calendar defines; then the names that Windows uses; then what
        stands behind the name of a vendor, as in `/mozilla.org/20070129_1/Europe/Berlin`.

        Raises:
            UnknownZoneError: there is none, or its definition cannot be read.
        """
        if name not in self._found:
            self._found[name] = self._looked_up(name.strip().strip('"'))
        return self._found[name]

    def _looked_up(self, name: str) -> tzinfo:
        found = _iana(name) or self._defined(name) or _iana(_OF_WINDOWS.get(name.casefold(), ""))
        found = found or _behind_vendor(name)
        if found is None:
            raise UnknownZoneError(f"no zone is called {short(name)!r}")
        return found

    def _defined(self, name: str) -> tzinfo | None:
        lines = self._lines.get(name)
        if lines is None:
            return None
        try:
            found = Timezone.from_ical("\r\n".join(lines))
            return found.to_tz(lookup_tzid=False) if isinstance(found, Timezone) else None
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
            raise UnknownZoneError(f"the definition of the zone {short(name)!r} cannot be read") from None


def _named(lines: Sequence[str]) -> tuple[str, Sequence[str]] | None:
    try:
        return text_of(properties(lines, ("TZID",))[0].value), lines
    except (IndexError, ValueError):
        return None


@lru_cache(maxsize=256)
def _iana(name: str) -> tzinfo | None:
    plain = name.strip("/")
    if plain.casefold() in _UTC:
        return ZoneInfo("UTC")
    try:
        return ZoneInfo(plain) if plain else None
    except (KeyError, ValueError, OSError):
        return None


def _behind_vendor(name: str) -> tzinfo | None:
    """Return the zone that the end of a path names."""
    parts = name.split("/")
    tails = ("/".join(parts[start:]) for start in range(1, len(parts))) if name.startswith("/") else iter(())
    return next((found for found in map(_iana, tails) if found), None)
