"""Alerts that were renamed: the old name goes on working for one release, wherever somebody may use it."""

FORMER = {
    "restarts_failed": "restarted_in_vain",
    "suspended": "set_aside",
    "unknown_status": "unheard_status",
}
"""What each was called in the release before."""
_PRESENT = {former: name for name, former in FORMER.items()}


def present(name: str) -> str:
    """Return what an alert is called now, under whichever name it was raised."""
    return _PRESENT.get(name, name)
