"""An instant may be typed as PostgreSQL writes it by itself: a blank for the T, an offset of hours alone.

And no text may be of any length. Only triggers and functions are made: no table is altered. Rows that were
refused for their instants are looked at once more, before lengths are refused.
"""

from alembic import op

from worker.store.schema.migrations import text_bounds, typed_instants

revision = "0007"
down_revision = "0006"
ONLY_EXPANDS = True
"""The program of the version before refuses such rows as it did."""


def upgrade() -> None:
    """Have the normalised copies made of these too, and texts without bound refused."""
    connection = op.get_bind()
    for statement in (*typed_instants.statements(connection), *text_bounds.statements(connection)):
        connection.exec_driver_sql(statement)
