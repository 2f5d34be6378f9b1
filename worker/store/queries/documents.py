"""A broadcast as one JSON text, and back: nothing is lost."""

from dataclasses import replace
from datetime import UTC
from types import MappingProxyType

from pydantic import TypeAdapter, ValidationError

from jobs.model import Broadcast, Window

_CODEC = TypeAdapter(Broadcast)


def encode(broadcast: Broadcast) -> str:
    """Return the broadcast as text."""
    plain = replace(broadcast, meeting=dict(broadcast.meeting))
    return _CODEC.dump_json(plain, warnings="error").decode()


def decode(text: str) -> Broadcast:
    """Return the broadcast that `encode` was given; fields it did not know yet have their defaults.

    Raises:
        ValueError: the text holds none.
    """
    try:
        found = _CODEC.validate_json(text)
    except ValidationError as error:
        where = "; ".join(".".join(map(str, each["loc"])) for each in error.errors(include_input=False))
        raise ValueError(f"no broadcast: {where}") from None
    window = Window(found.window.starts_at.astimezone(UTC), found.window.ends_at.astimezone(UTC))
    planned_end = found.planned_end and found.planned_end.astimezone(UTC)
    return replace(
        found, window=window, planned_end=planned_end, meeting=MappingProxyType(dict(found.meeting))
    )
