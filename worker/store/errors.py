"""What can go wrong with the store.

StoreError
├── StoreUnavailableError   the database did not answer; nothing is known of what was asked
│   ├── LockedError         it answers, and somebody else holds a row that this needs; nothing was written
│   └── DamagedError        its file is damaged
├── GarbledRowError         one row holds what no worker wrote
├── IdTakenError            a broadcast with this id exists
├── ChangedMeanwhileError   a broadcast is not what it was when it was seen
├── NotExtendedError        a broadcast whose end cannot be moved any more
├── AlreadyResolvedError    an alert that was resolved before
├── InstallationTagError    the tag asked for is not the one that was kept
├── UnwritableError         a value that the database cannot store
├── CopyError               the database is a copy of the one that was worked on
└── SchemaError             the database is not of a version that this program knows
"""

from datetime import datetime


class StoreError(Exception):
    """Anything that the store raises."""


class StoreUnavailableError(StoreError):
    """The database did not answer in time, or answered that it cannot: locked, full, unreadable, gone.

    A write may have taken effect all the same; the next one from the same version will tell.
    """


class LockedError(StoreUnavailableError):
    """Another session holds a lock on a row that was to be written. Nothing was; the database is well."""


class DamagedError(StoreUnavailableError):
    """The database's file is damaged; the error names the cure."""


class GarbledRowError(StoreError):
    """A row that workers alone write holds something else. The other rows are as readable as before."""

    def __init__(self, table: str, key: object, trouble: str) -> None:
        super().__init__(f"{table} {key}: {trouble}; restore the row from a backup, or delete it")


class IdTakenError(StoreError):
    """A broadcast with this id exists; nothing was written."""


class ChangedMeanwhileError(StoreError):
    """A broadcast, or what became of it, is not in the version that was seen; nothing was written."""


class NotExtendedError(StoreError):
    """A broadcast's end cannot be moved; nothing was written."""

    def __init__(self, state: str | None) -> None:
        self.state = state
        """The state that forbids it; None: no end can be read."""
        super().__init__(f"it is {state}" if state else "it has no valid end")


class AlreadyResolvedError(StoreError):
    """An alert was resolved before; nothing was written."""

    def __init__(self, at: datetime | None) -> None:
        self.at = at
        """When; None: its row does not say so readably."""
        super().__init__("it is resolved already")


class InstallationTagError(StoreError):
    """The installation tag that was asked for is not one, or another was kept here before."""


class CopyError(StoreError):
    """The database is a copy of the one that this installation worked on; the error names the cures."""


class SchemaError(StoreError):
    """The database was made by a version of cuelight whose tables this one does not work with."""


class UnwritableError(StoreError):
    """A value that the database cannot hold, such as text with half a character; nothing was written."""
