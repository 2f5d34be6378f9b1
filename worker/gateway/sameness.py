"""Whether two answers say the same: what changed is written down, what did not is not."""

from jobs.run.observations import (
    Recording,
    Session,
    Stream,
)


def same_stream(before: Stream, after: Stream) -> bool:
    """Whether two reads mean the same: off is off, in whatever word."""
    return before.status is after.status or (before.is_off and after.is_off)


def same_session(before: Session, after: Session) -> bool:
    """Whether the same session runs, or none still."""
    return before.id == after.id


def same_company(before: Session, after: Session) -> bool:
    """Whether somebody was in both times, or nobody."""
    return before.is_empty is after.is_empty


def same_recording(before: Recording, after: Recording) -> bool:
    """Whether the same is recorded in the same way, or nothing still."""
    return before == after


def same_presence(before: object, after: object) -> bool:
    """Whether something was there both times, or nothing."""
    return bool(before) == bool(after)
