"""What people type after a command: durations, instants, ids."""

from datetime import UTC, datetime, timedelta

import click

ID = click.argument("broadcast_id", metavar="ID")


class Length(click.ParamType[timedelta]):
    """A duration as the schedule writes it."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Read 15m, 1h30m, 90s."""
        from jobs import durations

        try:
            found = durations.parse(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)
        if not found:
            self.fail(f"{value} is no time at all: write 15m, 1h30m or 90s", param, ctx)
        return found


class Instant(click.ParamType[datetime]):
    """An instant with its offset."""

    name = "instant"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read 2026-12-01T18:00:00Z, the same with an offset, or +10m: so long from now."""
        text = str(value)
        try:
            found = _from_now(text[1:]) if text.startswith("+") else datetime.fromisoformat(text)
        except ValueError:
            found = None
        if found is None or found.tzinfo is None:
            self.fail(f"{text!r}: write 2026-12-01T18:00:00Z, the same with an offset, or +10m", param, ctx)
        return found.astimezone(UTC)


def _from_now(text: str) -> datetime:
    from jobs import durations
    from worker.clock import SystemClock

    return SystemClock().now().replace(microsecond=0) + durations.parse(text)
