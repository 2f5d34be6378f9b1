"""What others call a time zone, and which place keeps it: an abbreviation of a clock, a name of Windows."""

import re

_CLOCKS = {
    "Europe/Berlin": "CEST MESZ MEZ",
    "Europe/London": "BST",
    "Europe/Athens": "EEST",
    "Europe/Lisbon": "WEST",
    "Europe/Moscow": "MSK",
    "America/New_York": "EDT",
    "America/Chicago": "CDT",
    "America/Denver": "MDT",
    "America/Los_Angeles": "PST PDT",
    "America/Anchorage": "AKST AKDT",
    "America/Halifax": "AST ADT",
    "America/St_Johns": "NST NDT",
    "America/Sao_Paulo": "BRT",
    "Africa/Johannesburg": "SAST",
    "Asia/Tokyo": "JST",
    "Asia/Seoul": "KST",
    "Asia/Hong_Kong": "HKT",
    "Asia/Singapore": "SGT",
    "Australia/Sydney": "AEST AEDT",
    "Australia/Adelaide": "ACST ACDT",
    "Australia/Perth": "AWST",
    "Pacific/Auckland": "NZST NZDT",
}
"""The largest place that keeps each; those that several continents use for different hours are not here."""

_WINDOWS = {
    "Europe/Berlin": ("W. Europe",),
    "Europe/Paris": ("Romance",),
    "Europe/Budapest": ("Central Europe",),
    "Europe/Warsaw": ("Central European",),
    "Europe/Kyiv": ("FLE",),
    "Europe/Bucharest": ("GTB",),
    "Europe/Chisinau": ("E. Europe",),
    "Europe/London": ("GMT",),
    "Europe/Istanbul": ("Turkey",),
    "Europe/Moscow": ("Russian",),
    "America/New_York": ("Eastern",),
    "America/Chicago": ("Central",),
    "America/Denver": ("Mountain",),
    "America/Phoenix": ("US Mountain",),
    "America/Los_Angeles": ("Pacific",),
    "America/Anchorage": ("Alaskan",),
    "America/Halifax": ("Atlantic",),
    "America/St_Johns": ("Newfoundland",),
    "America/Sao_Paulo": ("E. South America",),
    "America/Bogota": ("SA Pacific",),
    "America/Mexico_City": ("Central Standard Time (Mexico)",),
    "Pacific/Honolulu": ("Hawaiian",),
    "Pacific/Auckland": ("New Zealand",),
    "Africa/Johannesburg": ("South Africa",),
    "Africa/Cairo": ("Egypt",),
    "Africa/Lagos": ("W. Central Africa",),
    "Africa/Nairobi": ("E. Africa",),
    "Asia/Jerusalem": ("Israel",),
    "Asia/Dubai": ("Arabian",),
    "Asia/Riyadh": ("Arab",),
    "Asia/Kolkata": ("India",),
    "Asia/Bangkok": ("SE Asia",),
    "Asia/Shanghai": ("China",),
    "Asia/Singapore": ("Singapore",),
    "Asia/Taipei": ("Taipei",),
    "Asia/Tokyo": ("Tokyo",),
    "Asia/Seoul": ("Korea",),
    "Australia/Sydney": ("AUS Eastern",),
    "Australia/Brisbane": ("E. Australia",),
    "Australia/Adelaide": ("Cen. Australia",),
    "Australia/Perth": ("W. Australia",),
}
"""As Unicode's CLDR maps them (windowsZones, territory 001), without ` Standard Time`."""

BY_ITS_PLACE = "; write a zone by its place, as Europe/Berlin"

_BY_CLOCK = {word: zone for zone, words in _CLOCKS.items() for word in words.split()}
_BY_WINDOWS = {name.casefold(): zone for zone, names in _WINDOWS.items() for name in names}
_ENDING = re.compile(r" (standard|daylight) time$", re.IGNORECASE)
_CLOCK = re.compile(r"[A-Z]{2,5}|(UTC|GMT)?[+-]\d{1,2}(:?\d\d)?")


def zone_of_others(name: str) -> str | None:
    """Return the zone that others call so; None rather than a wrong one."""
    return _BY_CLOCK.get(name.upper()) or _BY_WINDOWS.get(_ENDING.sub("", name).casefold())


def is_of_others(name: str) -> bool:
    """Whether this has the form of an abbreviation, an offset or a name of Windows: no zone is like it."""
    return _CLOCK.fullmatch(name) is not None or _ENDING.search(name) is not None
