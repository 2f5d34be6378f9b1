"""Durations as people write them: `90s`, `15m`, `1h30m`, `2d`."""

import re
from datetime import timedelta

_FORM = re.compile(r"(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?", re.ASCII)


def parse(text: str) -> timedelta:
    """Return the duration that was written, to the second.

    Raises:
        ValueError: it is none; the message says how to write one.
    """
    if re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII):
        raise ValueError(f"{text[:20]} has no unit: write {text[:20]}s, {text[:20]}m or {text[:20]}h")
    found = _FORM.fullmatch(text)
    if not text or not found:
        raise ValueError(f"{text[:40]!r} is not a duration: write it as 90s, 15m, 1h30m or 2d")
    days, hours, minutes, seconds = (int(number or 0) for number in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def format(duration: timedelta) -> str:  # noqa: A001 - `durations.format` is what it is
    """Return the shortest form that `parse` reads back, in whole seconds.

    Raises:
        ValueError: a negative duration has no form.
    """
    if duration < timedelta(0):
        raise ValueError("a negative duration")
    minutes, seconds = divmod(int(duration.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "d"), (hours, "h"), (minutes, "m"), (seconds, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0s"
