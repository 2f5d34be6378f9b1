"""Whether the database is the one that this installation works on, or a copy of it."""

from sqlalchemy import Connection

from jobs.place import FilePlace, Relation
from worker.doctor.finding import Finding, ok, problem, warning
from worker.installation import place

NAME = "origin"


def look(connection: Connection, here: FilePlace | None) -> Finding:
    """Compare where it was worked on with where it is. `here`: where the file is, if the database is one."""
    found = place.sight(connection, here)
    match found.verdict:
        case Relation.COPY:
            return problem(
                NAME, f"the database is a copy: {found.told}", f"`cuelight run` refuses it: {place.CURE}."
            )
        case Relation.UNSURE:
            cure = f"If it is a copy: {place.CURE}."
            return warning(NAME, f"cannot tell whether the database is a copy: {found.told}", cure)
        case Relation.MOVED:
            return ok(NAME, f"the database was moved: {found.told}; `cuelight run` records that")
        case Relation.SAME if found.before is None:
            return ok(NAME, "the database's location is not recorded yet; `cuelight run` does so")
        case Relation.SAME:
            return ok(NAME, "the database is the one used last, not a copy")
