"""`repeat`, as the text of a rule or as the same in a mapping."""

from config.problems import Place, Problems, likely, shown
from config.readers import kind, scalar
from config.scalars import repeat as rule_text
from config.yaml_source import Mapping, Node, Scalar, Sequence
from jobs.schedule.rule import PARTS, Rule

_NAMES = tuple(name.lower() for name in PARTS)


def repeat(node: Node, problems: Problems) -> Rule | None:
    """Read a rule."""
    if not isinstance(node, Mapping):
        return scalar(rule_text)(node, problems)
    parts = [_part(key, item, node.keys[key], problems) for key, item in node.items.items()]
    if any(part is None for part in parts):
        return None
    text = ";".join(part for part in parts if part)
    return scalar(rule_text)(Scalar(text, node.place, quoted=True), problems)


def _part(key: str, node: Node, place: Place, problems: Problems) -> str | None:
    """Return NAME=VALUE, having seen that each is right by itself."""
    name = key.upper()
    if name not in PARTS:
        near = likely(key.lower(), _NAMES) or f"; known: {', '.join(_NAMES)}"
        problems.error(place, f"unknown part of a rule {shown(key)}{near}")
        return None
    value = _value(node, problems)
    if value is None:
        return None
    try:
        PARTS[name](value)
    except ValueError as problem:
        problems.error(node.place, f"{key}: {problem}")
        return None
    return f"{name}={value}"


def _value(node: Node, problems: Problems) -> str | None:
    """Return one value or a list of them, as a rule's text has it."""
    items = node.items if isinstance(node, Sequence) else [node]
    if not items:
        problems.error(node.place, "an empty list: remove the key")
        return None
    for item in items:
        if not isinstance(item, Scalar) or item.is_null:
            problems.error(item.place, f"expected a single value, not {kind(item)}")
            return None
    return ",".join(item.text.strip().upper() for item in items if isinstance(item, Scalar))
