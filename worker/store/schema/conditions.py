"""Conditions that partial indexes answer to, written out as the indexes have them."""

from sqlalchemy import text

UNFINISHED = text("looked_back_at IS NULL OR state NOT IN ('ended', 'missed', 'cancelled')")
"""Runs that a worker has still to do with. Written out, so that the partial index answers to it."""
STILL_TO_DO = text(f"({UNFINISHED.text})")
"""The same as one of several conditions."""
PREPARED = text("state IN ('ready', 'starting', 'live', 'interrupted')")
"""Runs whose meeting people can be sent a link to."""
UNRESOLVED = text("resolved_at IS NULL")
UNANSWERED = text("answered_at IS NULL")
OF_REOPENED = text("source = 'reopen'")
