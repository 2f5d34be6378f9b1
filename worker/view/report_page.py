"""The morning report as a page by itself."""

from datetime import tzinfo

from worker.view.html import html
from worker.view.instants import zone_name
from worker.view.report import Report


def page(report: Report, zone: tzinfo | None = None) -> str:
    """Return it as HTML. `zone`: whose clock it is told by; None: this machine's."""
    shown = {"report": report, "headline": report.headline, "zone": zone_name(report.until, zone)}
    return html("report.html", shown, zone)
