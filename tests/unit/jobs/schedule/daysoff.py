"""Days off that are known without any package."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class DaysOffOnPaper:
    """Days off that a test writes down. As the contract has it, equal if the code is."""

    code: str
    days: Mapping[date, str] = field(compare=False)

    def name_of(self, day: date) -> str | None:
        return self.days.get(day)


CHRISTMAS = DaysOffOnPaper("DE-BY", {date(2026, 12, 25): "Christmas Day"})
