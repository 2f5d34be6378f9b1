"""make bench-quota: a burst under the provider's real quota, against the simulator, in real time.

python -m tests.performance.quota [N ...] [--ahead S] [--air S]
"""

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.performance import statements, table
from tests.performance.answers import kind_of
from tests.performance.arrivals import Arrivals, parse
from tests.performance.burst import Burst
from tests.performance.contest import cuelight_environment, watch_cuelight
from tests.performance.result import Measured
from tests.performance.tally import WINDOW, most_within
from tests.performance.watch import Watched, now
from tests.performance.world import Life, without_marker
from tests.support.processes import simulator

KNOBS = {
    "latency_s": 0.1,
    "join_delay_s": 5,
    "invoke_to_live_s": 3,
    "invoke_jitter_s": 0,
    "stop_to_offline_s": 2,
    "status_lag_s": 0,
    "linger_s": 2,
}
AHEAD_EACH = 1.4
"""Seconds to prepare in, for each broadcast: seven minutes for 300."""
QUOTA = 1200
"""Calls in any 300 s."""
PATIENCE = 1200.0
"""Seconds after the end: what the quota holds up for long."""


def main() -> int:
    asked = _arguments()
    found = [(each, *_measured(each, asked.ahead, asked.air)) for each in asked.counts]
    Console().print(_table(found))
    return 0 if all(arrivals.worst <= QUOTA for _, _, arrivals in found) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="quota", description=__doc__)
    parser.add_argument("counts", type=int, nargs="*", default=[300, 1000])
    parser.add_argument("--ahead", type=float, help="seconds to prepare in; 420 for 300, by default")
    parser.add_argument("--air", type=float, default=330.0, help="seconds on air")
    return parser.parse_args()


def _measured(count: int, ahead: float | None, air: float) -> tuple[Measured, Arrivals]:
    with simulator("realtimekit", **KNOBS) as provider, tempfile.TemporaryDirectory() as folder:
        at = now() + (ahead or max(60.0, AHEAD_EACH * count))
        burst = Burst(url=provider.url, folder=Path(folder), count=count, starts_at=at, ends_at=at + air)
        calls = {"CUELIGHT_ACCOUNTS__DEFAULT__CALLS_PER_5_MINUTES": str(QUOTA)}
        environment = {**cuelight_environment(burst), **provider.environment, **calls}
        watched, proven_at = watch_cuelight(burst, environment, burst.ends_at - now() + PATIENCE)
        arrivals = read(provider.ask("requests"), provider.ask("state")["meetings"])
        return _told(burst, watched, arrivals, proven_at), arrivals


def _told(burst: Burst, watched: Watched, arrivals: Arrivals, proven_at: float) -> Measured:
    return Measured(
        contender="cuelight",
        burst=burst,
        samples=watched.samples,
        provider=[],
        arrivals=arrivals,
        statements=statements.read(burst.folder),
        proven_at=proven_at,
        exit_code=watched.exit_code,
    )


def read(requests: Sequence[Mapping[str, Any]], meetings: Sequence[Mapping[str, Any]]) -> Arrivals:
    """Read the simulator's own record of every call."""
    titles = {each["id"]: without_marker(each["title"]) for each in meetings}
    lives: dict[str, Life] = {title: Life() for title in titles.values()}
    calls: dict[str, int] = {}
    for each in requests:
        kind, meeting = kind_of(each["method"], each["resource"] or "")
        calls[kind] = calls.get(kind, 0) + 1
        title = without_marker((each["body"] or {}).get("title", "")) if kind == "POST /meetings" else ""
        life = lives.get(title or titles.get(meeting, ""))
        if life and each["status"] is not None and each["status"] != 429:
            _note(life, kind, each["body"] or {}, _instant(each))
    arrivals = [_instant(each) for each in requests]
    return parse({
        "calls": calls,
        "worst": most_within(arrivals, WINDOW),
        "refused": sum(each["status"] == 429 for each in requests),
        "broadcasts": {title: life.told() for title, life in lives.items()},
    })  # fmt: skip


def _note(life: Life, kind: str, body: Mapping[str, Any], at: float) -> None:
    match kind:
        case "POST /meetings":
            life.made += 1
            life.created_at = life.created_at or at
        case "PATCH /meetings/{}" if body.get("status") == "ACTIVE" and body.get("live_stream_on_start"):
            life.opened_at = life.opened_at or at
        case "PATCH /meetings/{}" if body.get("status") == "INACTIVE" and life.stopped_at:
            life.closed_at = life.closed_at or at
        case "POST /meetings/{}/active-livestream/stop" if life.opened_at:
            life.stopped_at = life.stopped_at or at


def _instant(request: Mapping[str, Any]) -> float:
    return datetime.fromisoformat(request["received_at"]).timestamp()


def _table(found: Sequence[tuple[int, Measured, Arrivals]]) -> Table:
    heads = ("N", "ready at start", "opening p50, last s", "stop p50, last s", "all proven off after s")
    shown = Table(*heads, "lost", "calls", "most in 300 s", "refused", "CPU ms")
    for count, measured, arrivals in found:
        figures = measured.result()
        shown.add_row(
            f"{count:,}",
            f"{count - figures.unready:,}",
            f"{figures.opening.p50:.1f}, {figures.opening.most:.1f}",
            f"{figures.stop.p50:.1f}, {figures.stop.most:.1f}",
            f"{measured.proven_at - measured.burst.ends_at:.1f}",
            f"{table.lost(figures)}",
            f"{figures.calls:.1f}",
            f"{arrivals.worst:,}",
            f"{arrivals.refused:,}",
            f"{figures.cpu_ms:.1f}",
        )
    return shown


if __name__ == "__main__":
    sys.exit(main())
