"""What a calendar program reads from a document of ours."""

from typing import Any

from icalendar import Calendar


def calendar(data: bytes) -> Any:
    return Calendar.from_ical(data)


def events(data: bytes) -> list[Any]:
    return list(calendar(data).walk("VEVENT"))


def titles(data: bytes) -> list[str]:
    return [str(each["SUMMARY"]) for each in events(data)]
