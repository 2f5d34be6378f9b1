"""What goes wrong between the call and its answer: as scripted, or by chance."""

import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from worker.simulator.knobs import Envelope, Knobs


class Fault(BaseModel):
    """What happens to the next `times` calls of a method whose path matches.

    `path` is a regular expression searched in the path from `/meetings` (or the like) on. The call has its
    effect unless `effect` is false; that is the default where a `status` or `body` is given. Then it is
    answered, hangs until the caller gives up, or its connection is dropped.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    method: str = "*"
    path: str = ""
    times: int = Field(default=1, ge=1)
    effect: bool | None = None
    then: Literal["answer", "hang", "drop"] = "answer"
    status: int | None = Field(default=None, ge=100, le=599)
    envelope: Envelope | None = None
    body: str | None = None
    media_type: str = "application/json"
    headers: Mapping[str, str] = Field(default_factory=dict)
    delay_s: float = Field(default=0, ge=0, description="before the effect")
    latency_s: float = Field(default=0, ge=0, description="before the answer")

    @field_validator("path")
    @classmethod
    def _pattern(cls, pattern: str) -> str:
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error
        return pattern

    @property
    def has_effect(self) -> bool:
        """Whether the call does what it asks."""
        return (self.status is None and self.body is None) if self.effect is None else self.effect

    def matches(self, method: str, path: str) -> bool:
        """Tell whether a call is meant."""
        return self.method.upper() in {"*", method} and re.search(self.path, path) is not None


NO_FAULT = Fault()


class Faults:
    """The script, first match first; beyond it, chance."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._script: list[tuple[Fault, int]] = []

    def script(self, fault: Fault) -> None:
        """Add a fault to come."""
        self._script.append((fault, fault.times))

    def clear(self) -> None:
        """Forget the script."""
        self._script.clear()

    def coming(self) -> Sequence[tuple[Fault, int]]:
        """Return what is still to come, each with how often."""
        return tuple(self._script)

    def befall(self, method: str, path: str, knobs: Knobs) -> Fault:
        """Take the fault of this call from the script, or draw one."""
        for index, (fault, left) in enumerate(self._script):
            if fault.matches(method, path):
                self._script[index : index + 1] = [(fault, left - 1)] if left > 1 else []
                return fault
        return self._drawn(knobs)

    def _drawn(self, knobs: Knobs) -> Fault:
        if self._chance.random() < knobs.error_rate:
            status = self._chance.choice((500, 502, 503))
            return Fault(status=status, envelope="html", effect=self._chance.random() < 0.5)
        if self._chance.random() < knobs.timeout_after_commit_rate:
            return Fault(then="hang")
        return NO_FAULT
