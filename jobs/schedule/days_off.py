"""Days on which nobody is there: holidays, by whoever knows them."""

from datetime import date
from typing import Protocol


class DaysOff(Protocol):
    """The holidays of one place, in any year. Equal, and of one hash, if the code is."""

    @property
    def code(self) -> str:
        """What the place is known by: `DE-BY`."""

    def name_of(self, day: date) -> str | None:
        """Return what the day is called, `Christmas Day`; None if it is a day like others."""
