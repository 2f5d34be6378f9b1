"""An operator to test with, on a database of one file, and workers that pick up what he orders."""

from dataclasses import dataclass
from pathlib import Path

from tests.support.clock import HandClock
from tests.unit.store.sqlite_house import SqliteHouse, at_once
from worker.operations.operator import Operator

PICKS_UP = "CREATE TRIGGER worker AFTER {what} ON unheeded BEGIN DELETE FROM unheeded; END"
ANSWERS = (
    "CREATE TRIGGER answerer AFTER INSERT ON requests BEGIN UPDATE requests"
    " SET answer = '{text}', answered_at = NEW.asked_at WHERE id = NEW.id; END"
)


class PassingClock(HandClock):
    """Time passes as somebody waits for it."""

    async def sleep(self, seconds: float) -> None:
        self.move(seconds)


@dataclass
class Booking:
    """A booking tool's own operator, and the database that he and the workers share."""

    house: SqliteHouse
    operator: Operator

    @classmethod
    def of(cls, folder: Path) -> "Booking":
        house = at_once(folder / "cuelight.db")
        return cls(house, Operator("booking-tool", house.store, PassingClock()))

    def a_worker_picks_up(self) -> None:
        for number, what in enumerate(("INSERT", "UPDATE")):
            self.house.sql(PICKS_UP.replace("TRIGGER worker", f"TRIGGER worker{number}").format(what=what))

    def a_worker_answers(self, text: str) -> None:
        self.house.sql(ANSWERS.format(text=text))

    def asked(self) -> list[tuple[str, ...]]:
        """Return what was asked of workers: by whom, what, of which broadcast, with which argument."""
        return self.house.sql("SELECT by, kind, broadcast_id, argument FROM requests ORDER BY id")
