"""What is delivered to people: an alert, or the report. Channels and courier know no more of it than this."""

from datetime import datetime
from typing import Protocol


class Notice(Protocol):
    """Something that people are sent."""

    @property
    def key(self) -> str:
        """What it is about; of two with one key the later alone is delivered."""
        ...

    @property
    def heading(self) -> str:
        """What it is, in a line of plain text."""
        ...

    @property
    def words(self) -> str:
        """What it says, as plain text."""
        ...

    @property
    def message_id(self) -> str:
        """The same for every try to deliver it: whoever got it already has nothing to do."""
        ...

    @property
    def repeats(self) -> bool:
        """Whether it is sent again and again until the last under its key."""
        ...

    @property
    def is_last(self) -> bool:
        """Whether nothing follows under its key: once delivered, it is done."""
        ...

    @property
    def gives_way(self) -> bool:
        """Whether it is dropped, the oldest first, when too much waits."""
        ...

    def repeated(self, due_at: datetime) -> "Notice":
        """Return it as it is sent again then, in order to be heard once more."""
        ...

    def body(self, installation: str, sent_at: datetime) -> bytes:
        """Return the JSON that a webhook is told."""
        ...
