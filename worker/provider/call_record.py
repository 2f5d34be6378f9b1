"""What is told of a call that was made."""

from dataclasses import dataclass

from worker.kit.skew import Skew
from worker.provider.errors import ProviderError


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call that was made: for the log and the counters. It holds no body."""

    account: str
    method: str
    route: str
    """The path with `{}` for ids."""
    seconds: float
    status: int | None
    request_id: str
    error: ProviderError | None
    skew: Skew | None = None
    """What the answer's `Date` proves of this machine's clock; None: it had none."""
