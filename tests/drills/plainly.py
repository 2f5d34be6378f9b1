"""What somebody would write who has new rows to take up: a loop, and a statement for each thing to do.

It reads no durations, checks nothing and keeps no document, and so has less to do than a worker.
"""

from tests.support.postgres import Postgres
from tests.support.processes import utc_now

_NEW = """
    SELECT id, title, starts_at::timestamptz, ends_at::timestamptz FROM broadcasts
    JOIN unheeded ON broadcast_id = id WHERE starts_at LIKE '2%'
"""
_STEPS = (
    (
        "INSERT INTO rooms (key, account, marker, tenant, title, options, version)"
        " VALUES (%(id)s, 'default', %(id)s, '', %(title)s, '{}', 1)"
    ),
    (
        "INSERT INTO runs (id, state, entered_at, version, why, room_key, starts_at, ends_at)"
        " VALUES (%(id)s, 'planned', now(), 1, 'picked up', %(id)s, %(starts)s, %(ends)s)"
    ),
    (
        "INSERT INTO journal (run_id, at, kind, who, before, after, why)"
        " VALUES (%(id)s, now(), 'move', 'loop', '', 'planned', 'picked up')"
    ),
    "DELETE FROM unheeded WHERE broadcast_id = %(id)s",
)


def seconds_for(server: Postgres, new_rows: str) -> float:
    """Return how long that takes, in one transaction, in a database of its own."""
    with server.database() as name, server.connected(name) as connection:
        connection.execute(new_rows.encode())
        began = utc_now()
        with connection.transaction():
            for id_, title, starts, ends in connection.execute(_NEW).fetchall():
                said = {"id": id_, "title": title, "starts": starts, "ends": ends}
                for each in _STEPS:
                    connection.execute(each.encode(), said)
        return (utc_now() - began).total_seconds()
