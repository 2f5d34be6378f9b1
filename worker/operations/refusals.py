"""Why an order was not carried out.

RefusalError
├── InvalidError            what is ordered cannot be run: it is to be corrected
│   └── AlreadyOverError    it would have ended before now
├── IdInUseError            a broadcast with this id exists
├── UnknownBroadcastError   there is none with this id
├── ChangedError            the broadcast is not what it was when it was seen
├── NotInStateError         the broadcast is in a state that does not allow it
├── NotPickedUpError        it is written down, and no worker has picked it up so far
├── DeclinedError           a worker has answered that it does not do it
├── NotOffError             the provider was told to stop, and the stream goes on
└── NotWrittenError         it was done at the provider, and could not be written down
"""

from datetime import datetime


class RefusalError(Exception):
    """An order that was not carried out, or not wholly; the text says why, and what to do."""


class InvalidError(RefusalError):
    """What is ordered cannot be run."""


class AlreadyOverError(InvalidError):
    """The broadcast would have ended before now."""

    def __init__(self, ended_at: datetime) -> None:
        self.ended_at = ended_at
        super().__init__("it would have ended already")


class IdInUseError(RefusalError):
    """A broadcast with this id exists."""


class UnknownBroadcastError(RefusalError):
    """There is no broadcast with this id."""

    def __init__(self, broadcast_id: str) -> None:
        super().__init__(f"no such broadcast: {broadcast_id}; `cuelight status --all` lists them")


class ChangedError(RefusalError):
    """The broadcast, or what became of it, was changed since it was seen; nothing was written."""


class NotInStateError(RefusalError):
    """The broadcast's state, or what is in force of it, does not allow what is ordered."""


class NotPickedUpError(RefusalError):
    """It is written down, and no worker has picked it up so far; the next one that runs will."""

    def __init__(self, written: str, worker_seen_at: datetime | None) -> None:
        self.written = written
        """What is written down."""
        self.worker_seen_at = worker_seen_at
        """When a worker last ran on this database; None: none ever did."""
        super().__init__(written)


class DeclinedError(RefusalError):
    """A worker's own refusal."""


class NotOffError(RefusalError):
    """The provider was told to stop, and the stream goes on."""


class NotWrittenError(RefusalError):
    """Done at the provider, but not written down: a worker may undo it."""
