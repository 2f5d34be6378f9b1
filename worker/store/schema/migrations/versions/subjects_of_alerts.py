"""An alert says in two columns what it is about, so that no broadcast is taken for a part of the worker.

The columns are added and filled; no other is written, and no row is lost. Keys stay as they were told.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
ONLY_EXPANDS = True
"""The program of the version before fills none of them: what it tells is known by its key."""

_NAME = """CASE WHEN length(key) > length(title) + 1
THEN substr(key, 1, length(key) - length(title) - 1) ELSE key END"""
"""The key without the name of the condition."""
_KINDS = ("account", "sweep", "meeting", "channel", "clock", "database", "worker", "schedule", "leaving")

_OF_BROADCASTS = f"""
UPDATE alerts SET subject_id = run_id, subject_kind =
    CASE WHEN {_NAME} <> run_id AND {_NAME} LIKE '%/memory' THEN 'memory' ELSE 'broadcast' END
WHERE run_id IS NOT NULL
"""  # noqa: S608  Made of what stands above.
_OF_QUOTAS = f"""
UPDATE alerts SET subject_kind = 'quota', subject_id = substr({_NAME}, 9, length({_NAME}) - 14)
WHERE run_id IS NULL AND {_NAME} LIKE 'account/%/quota'
"""  # noqa: S608  As above.
_OF_A_KIND = f"""
UPDATE alerts SET subject_kind = '{{kind}}', subject_id = substr({_NAME}, length('{{kind}}') + 2)
WHERE subject_kind IS NULL AND ({_NAME} = '{{kind}}' OR {_NAME} LIKE '{{kind}}/%')
"""  # noqa: S608  As above.


def upgrade() -> None:
    """Add the columns, and say of each alert what it is about."""
    for name in ("subject_kind", "subject_id"):
        op.add_column("alerts", sa.Column(name, sa.Text()))
    statements = (_OF_BROADCASTS, _OF_QUOTAS, *(_OF_A_KIND.format(kind=each) for each in _KINDS))
    for statement in statements:
        op.execute(sa.text(statement))
