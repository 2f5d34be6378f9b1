"""Alembic's way in. It is only ever run by `worker.store.schema.migration`, which hands over a connection."""

from alembic import context

from worker.store.schema.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
