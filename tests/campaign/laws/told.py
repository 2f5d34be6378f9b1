"""What is told, and how often: alerts that end, and a log that people can read."""

from collections import Counter
from collections.abc import Iterator

from tests.campaign.laws.breach import Breach
from tests.campaign.truth import Truth

LINES_A_MINUTE = 30
"""Of one broadcast: a life without trouble has eleven in its busiest minute."""
FOR_EVER = ("missed", "rejected")
"""What is told of a run that is over, and holds until somebody reads it."""
OVER = ("ended", "missed", "cancelled")


def calm(truth: Truth) -> Iterator[Breach]:
    """No broadcast has more than thirty lines of the log in a minute, whatever fails."""
    lines: Counter[tuple[str, int]] = Counter()
    for line in truth.world.log:
        run, subject = line.values.get("run"), line.values.get("about") or ""
        about = truth.written.show(run) if run else truth.written.about(subject).partition("/")[0]
        if line.level != "debug" and about in truth.shows:
            lines[about, int(line.at // 60)] += 1
    for (show, minute), count in lines.items():
        if count > LINES_A_MINUTE:
            yield Breach("calm", show, minute * 60.0, f"{count} lines in a minute")


def alerts_end(truth: Truth) -> Iterator[Breach]:
    """When a broadcast is over, no alert about it is open except `missed`."""
    statement = "SELECT key, run_id FROM alerts WHERE resolved_at IS NULL AND run_id IS NOT NULL"
    for row in truth.world.database.rows(statement):
        name = row["key"].rpartition("/")[2]
        show = truth.written.show(row["run_id"])
        if show in truth.runs and truth.runs[show]["state"] in OVER and name not in FOR_EVER:
            yield Breach("alerts_end", show, truth.end, f"{row['key']} is still open")


TOLD = {"calm": calm, "alerts_end": alerts_end}
