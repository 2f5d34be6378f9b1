"""Alerts on their way to people: what is owed to whom, and how it gets there."""
