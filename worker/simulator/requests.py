"""Every call that reached the provider, as it came; the Authorization header is never kept."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

_KEPT = 100_000


@dataclass(slots=True)
class Received:
    """A call: `resource` is the path from `/meetings` (or the like) on, `status` what it was answered.

    The status stays None while the call is under way, and for ever when it hung or was dropped.
    """

    number: int
    received_at: datetime
    method: str
    path: str
    resource: str | None
    query: Mapping[str, str]
    body: Any
    status: int | None = None
    outcome: Literal["pending", "answered", "hung", "dropped"] = "pending"
    had_effect: bool = False


class Requests(deque[Received]):
    """The last 100,000 calls, oldest first, numbered from 1 on."""

    def __init__(self) -> None:
        super().__init__(maxlen=_KEPT)
        self.received = 0

    def next_number(self) -> int:
        """Count a call."""
        self.received += 1
        return self.received
