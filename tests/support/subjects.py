"""What alerts are about, in tests."""

from jobs.subject import Subject, SubjectKind


def broadcast(id_: str) -> Subject:
    """Return a broadcast as a subject."""
    return Subject(SubjectKind.BROADCAST, id_)
