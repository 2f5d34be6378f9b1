"""What is shown in a browser: templates, filled with values."""

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from functools import cache, partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import escape

from worker.kit.text import visible
from worker.view.instants import ago, local

AT_ONCE = 100
"""Pieces of a template, each a value or what stands between two, that are made in one go."""


def html(template: str, values: Mapping[str, Any], zone: tzinfo | None = None) -> str:
    """Return a template, filled. `zone`: whose clock instants are told by; None: this machine's."""
    return _environment(zone).get_template(template).render(values)


def html_parts(template: str, values: Mapping[str, Any], zone: tzinfo | None = None) -> Iterator[str]:
    """Yield a template part by part: of a long page the first is there before the last is made."""
    found = _environment(zone).get_template(template).stream(values)
    found.enable_buffering(AT_ONCE)
    yield from found


@cache
def _environment(zone: tzinfo | None) -> Environment:
    found = Environment(
        loader=PackageLoader("worker.view"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["local"] = partial(local, zone=zone)
    found.filters["utc"] = datetime.isoformat
    found.filters["ago"] = ago
    found.filters["safe_text"] = escape
    return found


def _shown(value: object) -> object:
    """Make visible what others wrote, and a page could not show."""
    return visible(value) if type(value) is str else value
