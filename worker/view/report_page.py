"""The morning report as a page by itself: nothing in it comes from elsewhere."""

from datetime import tzinfo
from functools import partial

from jinja2 import Environment, PackageLoader, StrictUndefined

from worker.kit.text import visible
from worker.view.instants import local
from worker.view.report import Report


def page(report: Report, zone: tzinfo | None = None) -> str:
    """Return it as HTML. `zone`: whose clock it is told by; None: this machine's."""
    templates = Environment(
        loader=PackageLoader("worker.view"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["local"] = partial(local, zone=zone)
    return templates.get_template("report.html").render(report=report, headline=report.headline)


def _shown(value: object) -> object:
    """Make visible what others wrote, and a page could not show."""
    return visible(value) if isinstance(value, str) else value
