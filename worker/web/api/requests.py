"""What may be posted and asked for. Strict: what is not known is refused, and nothing is guessed."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictStr,
    WithJsonSchema,
    model_validator,
)

from jobs.model import GoLive
from jobs.schedule import durations
from worker.store.queries import rows

_STRICT = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
MOST_LISTED = 500


def _instant(value: object) -> datetime:
    if not isinstance(value, str):
        raise ValueError("must be a text, as 2026-12-01T18:00:00Z or with +01:00")  # noqa: TRY004  pydantic's rule.
    return rows.instant(value)


def _length(value: object) -> timedelta:
    try:
        return durations.parse(value if isinstance(value, str) else "")
    except ValueError:
        raise ValueError("write a duration as 90s, 15m, 1h30m or 2d") from None


Instant = Annotated[
    datetime,
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-12-01T18:00:00Z"]}),
]
Length = Annotated[
    timedelta,
    BeforeValidator(_length),
    WithJsonSchema(
        {"type": "string", "pattern": "^([0-9]+[smhd])+$", "maxLength": 40, "examples": ["15m", "1h30m"]}
    ),
]


class Asked(BaseModel):
    """Anything that is asked for."""

    model_config = _STRICT


class Options(Asked):
    """What may be said of a broadcast beside its title and its window; what is left out stays as it is."""

    account: StrictStr = "default"
    go_live: GoLive = GoLive.ON_JOIN
    doors: Length = timedelta(minutes=15)
    prepare: Length = timedelta(hours=24)
    live_within: Length = timedelta(minutes=2)
    late_start: Length = timedelta(minutes=5)
    overrun: Length = timedelta(0)
    end_session: StrictBool = False
    keep_recording: StrictBool = False

    def said(self) -> dict[str, Any]:
        """Return what was said, and nothing that was left out."""
        return {name: getattr(self, name) for name in self.model_fields_set}


OPTIONS = frozenset(Options.model_fields)


class NewBroadcast(Options):
    """A broadcast to be added."""

    id: StrictStr
    title: StrictStr
    starts_at: Instant
    ends_at: Instant | None = None
    duration: Length | None = None
    """Instead of `ends_at`."""

    @model_validator(mode="after")
    def _ends(self) -> "NewBroadcast":
        if (self.ends_at is None) == (self.duration is None):
            raise ValueError("give either ends_at or duration")
        return self

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.duration or (self.ends_at or self.starts_at) - self.starts_at


class Changes(Options):
    """What is to be different. What is left out stays as it is."""

    title: StrictStr = ""
    starts_at: Instant | None = None
    ends_at: Instant | None = None

    @model_validator(mode="after")
    def _some(self) -> "Changes":
        if not self.model_fields_set:
            raise ValueError("nothing is to be changed")
        if any(getattr(self, name) is None for name in self.model_fields_set):
            raise ValueError("null is no value: leave out what is to stay")
        return self


class Extension(Asked):
    """How much later it is to end."""

    by: Length


class Reopening(Asked):
    """For how long it is to be on air again."""

    length: Length


class Resolution(Asked):
    """Why an alert is resolved by hand."""

    note: Annotated[StrictStr, Field(max_length=500)] = "resolved by hand"


class Nothing(Asked):
    """No more than the order itself."""


class WhichBroadcasts(Asked):
    """Which broadcasts are listed: by default those that matter now, as `cuelight status` has them."""

    since: Instant | None = None
    """Also those that were over since then."""
    all: bool = False
    """All that ever were."""
    limit: Annotated[int, Field(ge=1, le=MOST_LISTED)] = 100
    cursor: Annotated[str, Field(max_length=200)] = ""
    """The `next` of the page before."""


class WhichAlerts(Asked):
    """Which alerts are listed."""

    all: bool = False
    """Also resolved ones."""
    limit: Annotated[int, Field(ge=1, le=MOST_LISTED)] = 100


class WhichEvents(Asked):
    """Which events are listed."""

    after: Annotated[int, Field(ge=0, le=2**62)] = 0
    """The `seq` of the last one that is known."""
    limit: Annotated[int, Field(ge=1, le=MOST_LISTED)] = 100


class UpTo(Asked):
    """Up to when it is explained."""

    at: Instant | None = None


class HowApplied(Asked):
    """What is confirmed."""

    confirm_removals: bool = False
    """That so many broadcasts are removed."""
    confirm: bool = False
    """What `cuelight apply` asks before it does it."""
