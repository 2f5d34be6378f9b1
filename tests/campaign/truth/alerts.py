"""What people were told, and for how long."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from tests.campaign.truth.after import After


@dataclass(frozen=True, slots=True)
class Told:
    """An alert as it was delivered."""

    at: float
    key: str
    severity: str
    resolved_at: float


class Alerts(After):
    """Alerts, by what they are about."""

    @cached_property
    def told(self) -> list[Told]:
        """Return the alerts in the order in which they were told."""
        open_: dict[str, tuple[float, str]] = {}
        found = []
        for line in self.world.log:
            key = f"{self.written.about(line.values.get('about'))}/{line.values.get('condition')}"
            if line.event == "alert":
                open_.setdefault(key, (line.at, line.level))
            elif line.event == "alert_resolved" and key in open_:
                at, level = open_.pop(key)
                found.append(Told(at, key, level, line.at))
        found += [Told(at, key, level, self.end) for key, (at, level) in open_.items()]
        return sorted(found, key=lambda told: (told.at, told.key))

    def was_told(self, about: str, since: float, until: float) -> bool:
        """Whether an alert about this, or about what stands in the way of all, was open somewhere between.

        A clock that is wrong is told as what it does: everything begins and ends so much too late. So is a
        database that is away: nothing begins. Of an account only what is critical stands in the way.
        """
        wide = ("meeting/", "clock/skew/clock_wrong", "database/")
        return any(self._open_between(since, until, f"{about}/", *wide)) or self.was_alarmed(
            "account", since, until
        )

    def was_short(self, since: float, until: float) -> bool:
        """Whether it was told at some time between that the quota does not carry what is due."""
        told = self._open_between(since, until, "account/")
        return any(each.key.endswith("/quota_short") for each in told)

    def was_alarmed(self, about: str, since: float, until: float) -> bool:
        """Whether a critical alert about this was open at some time between."""
        return any(told.severity == "critical" for told in self._open_between(since, until, f"{about}/"))

    def _open_between(self, since: float, until: float, *keys: str) -> Iterator[Told]:
        for told in self.told:
            if told.at <= until and told.resolved_at >= since and told.key.startswith(keys):
                yield told
