"""A broadcast keeps its id, whoever asks.

Only triggers are made: no table is altered, so nothing that is kept there can be lost by it.
"""

from alembic import op

from worker.store.schema.migrations.fixed_ids import statements

revision = "0002"
down_revision = "0001"
ONLY_EXPANDS = False
"""The program of the version before renames a broadcast by changing its id."""


def upgrade() -> None:
    """Have a changed id refused."""
    for statement in statements(op.get_bind()):
        op.get_bind().exec_driver_sql(statement)
