"""The morning report as a short text, for a mail or a chat: discrepancies first, and the rest counted."""

from collections import Counter
from collections.abc import Iterator
from datetime import tzinfo

from worker.kit.text import visible
from worker.view.instants import local
from worker.view.report import Report

MOST = 3000
"""Characters: many a chat takes no more than 4,000."""
_LONGEST_LINE = 400
_REST = 100
"""Characters that are kept for the line that counts what is left out."""


def words(report: Report, zone: tzinfo | None = None) -> str:
    """Return what it says: one line if everything went as planned. `zone`: whose clock it is told by."""
    if report.is_clean:
        return report.headline
    lines = [report.headline, f"{local(report.since, zone)} to {local(report.until, zone)}"]
    left_out: Counter[str] = Counter()
    room = MOST - _REST - len("\n".join(lines))
    for what, line in _details(report, zone):
        room -= len(line) + 1
        if room < 0 or left_out:
            left_out[what] += 1
        else:
            lines.append(line)
    if left_out:
        lines.append("not shown: " + ", ".join(f"{what} {number:,}" for what, number in left_out.items()))
    return "\n".join(lines)


def _details(report: Report, zone: tzinfo | None) -> Iterator[tuple[str, str]]:
    """Yield each line with what it is, the most pressing first."""
    for found in report.findings:
        yield "discrepancies", _line(f"{found.kind}: {found.about}, {found.title}: {found.text}")
    for alert in report.to_mend:
        yield "open alerts", _line(f"open: {alert.about}: {alert.text} {alert.cure}")
    for act in report.acts:
        yield "orders", _line(f"{local(act.at, zone)} {act.who}: {act.about} {act.what}")


def _line(text: str) -> str:
    shown = visible(text)
    return shown if len(shown) <= _LONGEST_LINE else f"{shown[: _LONGEST_LINE - 3]}..."
