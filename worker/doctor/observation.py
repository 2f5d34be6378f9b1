"""What was seen of the service beside what is assumed of it."""

from dataclasses import dataclass

from worker.doctor.exchange import Exchange


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing that was asked. `same`: None where nothing is assumed, or nothing could be seen."""

    what: str
    assumed: str
    seen: str
    same: bool | None
    exchange: Exchange | None = None


def compared(what: str, assumed: str, seen: str, exchange: Exchange) -> Observation:
    """Compare word by word."""
    return Observation(what, assumed, seen, seen == assumed, exchange)


def unseen(what: str, assumed: str, why: str) -> Observation:
    """Say why it was not asked."""
    return Observation(what, assumed, why, None)
