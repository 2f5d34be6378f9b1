"""The morning report as a page by itself."""

from datetime import tzinfo

from worker.view.html import html
from worker.view.report import Report


def page(report: Report, zone: tzinfo | None = None) -> str:
    """Return it as HTML. `zone`: whose clock it is told by; None: this machine's."""
    return html("report.html", {"report": report, "headline": report.headline}, zone)
