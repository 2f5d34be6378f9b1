"""The room that an entry's broadcasts share has a key that no broadcast's own room has.

Rows alone are written: hosts, runs and attempts follow by foreign key, and nothing is deleted. Versions grow,
so that whatever was decided on the old keys is stale.
"""

from alembic import op

revision = "0003"
down_revision = "0002"
ONLY_EXPANDS = False
"""The program of the version before would make another room of the old key."""

_ROOMS = """
UPDATE rooms SET key = 'entry/' || key, version = version + 1 WHERE key IN (
    SELECT runs.room_key FROM runs JOIN broadcasts ON broadcasts.id = runs.id
    WHERE broadcasts.source = 'schedule' AND broadcasts.room = 'shared' AND broadcasts.entry = runs.room_key)
"""
_RUNS = "UPDATE runs SET version = version + 1 WHERE substr(room_key, 1, 6) = 'entry/'"
_REOPENED = """
UPDATE broadcasts SET entry = 'entry/' || entry WHERE source = 'reopen'
AND EXISTS (SELECT 1 FROM rooms WHERE rooms.key = 'entry/' || broadcasts.entry)
"""


def upgrade() -> None:
    """Give the shared rooms their new keys, and tell those that are reopened in one."""
    for statement in (_ROOMS, _RUNS, _REOPENED):
        op.get_bind().exec_driver_sql(statement)
