"""What people type after a command: durations, instants, ids."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import click

if TYPE_CHECKING:
    from jobs.month import Month

ID = click.argument("broadcast_id", metavar="ID")
FILE = click.argument("file", type=click.Path(path_type=Path))
JSON = click.option("--json", "as_json", is_flag=True, help="For programs.")


def example(*lines: str) -> str:
    """Return an epilog that click does not rewrap."""
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)


_MIDNIGHT = re.compile(r"[T ]24", re.ASCII)


def instant(text: str) -> datetime:
    """Return what ISO 8601 says; without a zone if none is given.

    Raises:
        ValueError: it is no instant; 24:00 is none (Python 3.14 would take it for the midnight after).
    """
    if _MIDNIGHT.search(text):
        raise ValueError(f"{text} is not a time of day: 00:00 to 23:59")
    return datetime.fromisoformat(text)


class Length(click.ParamType[timedelta]):
    """A duration as the schedule writes it."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Read 15m, 1h30m, 90s."""
        from jobs.schedule import durations

        try:
            found = durations.parse(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)
        if not found:
            self.fail(f"{value} is zero: write 15m, 1h30m or 90s", param, ctx)
        return found


class Instant(click.ParamType[datetime]):
    """An instant with its offset."""

    name = "instant"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read 2026-12-01T18:00:00Z, the same with an offset, or +10m: so long from now."""
        text = str(value)
        try:
            found = _from_now(text[1:]) if text.startswith("+") else instant(text)
        except ValueError:
            found = None
        if found is None or found.tzinfo is None:
            self.fail(f"{text!r}: write 2026-12-01T18:00:00Z, the same with an offset, or +10m", param, ctx)
        return found.astimezone(UTC)


class Monthly(click.ParamType["Month"]):
    """A calendar month."""

    name = "month"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> "Month":
        """Read 2026-11."""
        from jobs.month import month_named

        try:
            return month_named(str(value))
        except ValueError as error:
            self.fail(f"{str(value)!r}: {error}", param, ctx)


class Number(click.ParamType[int]):
    """The number of a row."""

    name = "number"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read 17; no sign, no fraction, and no more digits than a row's number can have."""
        text = str(value)
        if not _NUMBER.fullmatch(text):
            self.fail(f"{text!r} is not a number: write 17, as `cuelight alerts` shows it", param, ctx)
        return int(text)


class OneLine(click.ParamType[str]):
    """Words that others read on one line."""

    name = "text"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Take them as they are, if people can be shown them."""
        from config.bounds import LONGEST_TEXT
        from jobs import lines

        text = str(value)
        if len(text) > LONGEST_TEXT:
            self.fail(f"more than {LONGEST_TEXT} characters", param, ctx)
        if reason := lines.objection(text):
            self.fail(reason, param, ctx)
        return text


class PasswordlessUrl(click.ParamType[str]):
    """The address of a database. Whoever may list processes reads what stands on a command line."""

    name = "url"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Take it as it is, unless it holds a password."""
        url = str(value)
        named = {name for name, _ in parse_qsl(url.partition("?")[2], keep_blank_values=True)}
        if _PASSWORD.match(url) or named & _PASSWORDS:
            self.fail(
                "every user of this machine can read a password on the command line:"
                " set CUELIGHT_DATABASE_URL, or CUELIGHT_DATABASE_URL_FILE to a file that holds it",
                param,
                ctx,
            )
        return url


_NUMBER = re.compile(r"[0-9]{1,18}")
_PASSWORD = re.compile(r"[^:/]+://[^:/]*:[^@]+@")
"""As SQLAlchemy finds it."""
_PASSWORDS = {"password", "sslpassword"}


def _from_now(text: str) -> datetime:
    from jobs.schedule import durations
    from worker.kit.clock import SystemClock

    return SystemClock().now().replace(microsecond=0) + durations.parse(text)
