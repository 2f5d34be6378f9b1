"""Where a row of `broadcasts` comes from: its column `source`, which no other system has to write."""

from jobs.schedule.planned import SCHEDULE

__all__ = ["FORGOTTEN", "OPERATOR", "REOPENED", "SCHEDULE"]

OPERATOR = "operator"
"""`cuelight add`."""
REOPENED = "reopen"
"""`cuelight reopen`: no schedule touches such rows, and their `entry` is the key of their room."""
FORGOTTEN = "forgotten"
"""It is being deleted: the triggers let go of such rows alone."""
