"""How much one broadcast may hold: the same for a file, a row and a command."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

MOST_HOSTS = 200
LONGEST_NAME = 250
"""Characters of a host's name."""
LONGEST_TEXT = 1000
"""Characters that are read of any other column: more than any may have."""
LONGEST_JSON = 131_072
"""Characters of a column of JSON: what the most hosts with the longest names take, and meeting fields."""


def too_many_hosts(hosts: Sequence[object]) -> str:
    """Return why these are too many; empty if they are not."""
    return f"{len(hosts)} hosts, {MOST_HOSTS} at most" if len(hosts) > MOST_HOSTS else ""


def too_much(fields: Mapping[str, Any]) -> str:
    """Return why these meeting fields are too much; empty if they are not."""
    length = len(json.dumps(fields, default=str))
    return f"{length} characters as JSON, {LONGEST_JSON} at most" if length > LONGEST_JSON else ""
