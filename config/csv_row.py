"""A row of a list of broadcasts -> the broadcast that it asks for."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Any

from config import scalars
from config.csv_columns import OPTIONS, REQUIRED, value
from config.csv_source import Cell
from config.problems import Place, Problems, likely
from config.schedule import DEFAULT_ACCOUNT
from jobs.model import Broadcast, Window
from jobs.schedule import durations, local_time
from jobs.schedule.local_time import zone_of

_LONG = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Listed:
    """A row: the broadcast that it asks for, with the usual values where it says nothing."""

    broadcast: Broadcast
    said: frozenset[str]
    """The fields of Broadcast that it says something of."""
    places: Mapping[str, Place]
    """Where each of its columns stands."""

    def place(self, field: str = "id") -> Place:
        """Return where a field is said."""
        return self.places.get("start" if field == "window" else field, self.places["id"])


class Row:
    """Reads one row; what is wrong is noted at its place, and reading goes on."""

    def __init__(self, names: list[str], cells: list[Cell], problems: Problems) -> None:
        self._cells = {name: cell for name, cell in zip(names, cells, strict=False) if cell.text}
        self._begin = cells[0].place
        self._problems = problems
        self._is_right = True

    def listed(self, zone: str | None, accounts: Collection[str] | None) -> Listed | None:
        """Return what the row asks for; None if it is wrong."""
        values = {name: self._value(name, cell) for name, cell in self._cells.items()}
        for name in REQUIRED:
            if name not in values:
                self._wrong(name, f"{name} is missing")
        self._check_account(values.get("account"), accounts)
        window = self._window(values, values.get("zone", zone)) if self._is_right else None
        if window is None:
            return None
        options = {name: value for name, value in values.items() if name in OPTIONS}
        said = {"title": values["title"], "window": window, **options}
        places = {"id": self._begin, **{name: cell.place for name, cell in self._cells.items()}}
        return Listed(Broadcast(id=values["id"], **said), frozenset(said), places)

    def _value(self, name: str, cell: Cell) -> Any:
        try:
            return value(name, cell.text)
        except ValueError as problem:
            self._wrong(name, str(problem))
            return None

    def _check_account(self, account: str | None, accounts: Collection[str] | None) -> None:
        name = account or DEFAULT_ACCOUNT
        if accounts is not None and name not in accounts:
            near = likely(name, accounts) or f" (known: {', '.join(sorted(accounts))})"
            self._wrong("account", f"account {name!r} is not set up{near}")

    def _window(self, values: Mapping[str, Any], zone: str | None) -> Window | None:
        start, length = values["start"], values.get("duration")
        end: Any = values.get("end")
        if (end is None) == (length is None):
            both = "end and duration cannot be combined: leave one empty"
            self._wrong("end", both if end is not None else "end, or duration, is missing")
            return None
        starts_at = self._instant("start", start, zone)
        if starts_at is None:
            return None
        ends_at = starts_at + length if length else self._end(end, start, zone)
        return None if ends_at is None else self._checked(starts_at, ends_at)

    def _end(self, end: time | datetime, start: datetime, zone: str | None) -> datetime | None:
        """Return the end; by the clock alone, it is the next time that the clock shows it."""
        if isinstance(end, datetime):
            return self._instant("end", end, zone)
        place: tzinfo | None = zone_of(zone) if zone else start.tzinfo
        wall = start.astimezone(place).replace(tzinfo=None) if start.tzinfo else start
        day = wall.date() if end > wall.time() else wall.date() + timedelta(days=1)
        moment = datetime.combine(day, end)
        return self._instant("end", moment if zone else moment.replace(tzinfo=place), zone)

    def _instant(self, name: str, moment: datetime, zone: str | None) -> datetime | None:
        if moment.tzinfo is None and zone is None:
            cure = "fill in the column zone, as Europe/Berlin, or pass --zone"
            self._wrong(name, f"{moment:%Y-%m-%d %H:%M} has no time zone: {cure}")
            return None
        place = zone_of(zone) if zone else zone_of("UTC")
        if remark := local_time.remark(moment, place):
            self._problems.warning(self._place(name), remark)
        return local_time.instant(moment, place)

    def _checked(self, starts_at: datetime, ends_at: datetime) -> Window | None:
        """Return the window, if it is one."""
        if not timedelta(0) < ends_at - starts_at <= scalars.LONGEST:
            wrong = (
                "is not after the start" if ends_at <= starts_at else "is more than 366 days after the start"
            )
            self._wrong("end", f"the end {wrong}")
            return None
        if ends_at - starts_at > _LONG:
            text = f"lasts {durations.format(ends_at - starts_at)}: is that meant?"
            self._problems.warning(self._place("end" if "end" in self._cells else "duration"), text)
        return Window(starts_at, ends_at)

    def _place(self, name: str) -> Place:
        return self._cells[name].place if name in self._cells else self._begin

    def _wrong(self, name: str, text: str) -> None:
        self._is_right = False
        self._problems.error(self._place(name), text)
