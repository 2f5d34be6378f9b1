"""The schedule file of a world, and how operators change it."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.campaign.scenario import Show
from tests.campaign.virtual import iso

TITLED = "Show "
"""How the title of each show's row begins; its name follows."""
RULES = ("", "FREQ=DAILY;COUNT=1", "FREQ=DAILY;BYHOUR=12,13;COUNT=1")
"""What an entry may recur by; each has one occurrence, at its start."""


@dataclass(frozen=True, slots=True)
class Item:
    """A show as the schedule file has it."""

    show: Show
    title: str
    ends: float
    key: str
    was: str = ""
    rule: str = ""

    def __str__(self) -> str:
        show = self.show
        return (
            f"  - key: {self.key}\n    title: {self.title}\n    start: {iso(show.starts)[:19]}Z\n"
            f"    duration: {int(self.ends) - show.starts}s\n    live_within: 30s\n"
            f"    go_live: {'at_start' if show.at_start else 'on_join'}\n"
            f"    end_session: {'true' if show.end_session else 'false'}\n"
            + (f"    overrun: {show.overrun}s\n" if show.overrun else "")
            + (f"    was: {self.was}\n" if self.was else "")
            + (f"    repeat: {self.rule}\n" if self.rule else "")
        )


class ScheduleFile:
    """The file, written anew with each change."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._items: dict[str, Item] = {}
        self._removed: dict[str, Item] = {}

    def add(self, show: Show) -> None:
        self._items[show.id] = Item(show, f"{TITLED}{show.id}", float(show.ends), show.row)
        self._write()

    def change(self, show: str, **changes: Any) -> None:
        self._items[show] = replace(self._items[show], **changes)
        self._write()

    def key(self, show: str) -> str:
        """Return the key that its entry has now."""
        return self._items[show].key

    def remove(self, show: str) -> None:
        if show in self._items:
            self._removed[show] = self._items.pop(show)
            self._write()

    def restore(self, show: str) -> None:
        if show in self._removed:
            self._items[show] = self._removed.pop(show)
            self._write()

    def _write(self) -> None:
        self.path.write_text("timezone: UTC\nbroadcasts:\n" + "".join(map(str, self._items.values())))
