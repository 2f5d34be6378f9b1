"""What others type into `broadcasts`, as of migration 0001."""

TYPED = (
    "id, title, starts_at, ends_at, account, entry, source, go_live, doors, prepare, live_within, "
    "late_start, end_session, meeting, room, hosts, cancelled, operator_fields"
)
"""Every column but those that the triggers write, so that they do not set themselves off."""
