"""The quota of one credential (API reference, section 8)."""

import math
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta

from worker.simulator.knobs import Knobs


class Quota:
    """Counts the calls of a sliding window; one too many blocks every call for a while."""

    def __init__(self) -> None:
        self._calls: deque[datetime] = deque()
        self._blocked_until: datetime | None = None

    def spend(self, now: datetime, knobs: Knobs) -> float | None:
        """Count a call. Return None if it may pass, else the seconds for which all calls are refused."""
        self._forget(now, knobs)
        if self._blocked_until is None and len(self._calls) < knobs.rate_limit:
            self._calls.append(now)
            return None
        self._blocked_until = self._blocked_until or now + timedelta(seconds=knobs.block_s)
        return (self._blocked_until - now).total_seconds()

    def headers(self, now: datetime, knobs: Knobs) -> Mapping[str, str]:
        """Say what is left and when the window is free again."""
        left = 0 if self._blocked_until else knobs.rate_limit - len(self._calls)
        reset = max(0.0, (self._free_at(now, knobs) - now).total_seconds())
        return {
            "Ratelimit": f'"default";r={left};t={math.ceil(reset)}',
            "Ratelimit-Policy": f'"default";q={knobs.rate_limit};w={math.ceil(knobs.rate_window_s)}',
        }

    def _free_at(self, now: datetime, knobs: Knobs) -> datetime:
        if self._blocked_until:
            return self._blocked_until
        return self._calls[0] + timedelta(seconds=knobs.rate_window_s) if self._calls else now

    def _forget(self, now: datetime, knobs: Knobs) -> None:
        if self._blocked_until and now >= self._blocked_until:
            self._blocked_until = None
            self._calls.clear()
        oldest = now - timedelta(seconds=knobs.rate_window_s)
        while self._calls and self._calls[0] <= oldest:
            self._calls.popleft()
