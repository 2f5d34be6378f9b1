"""The table at the end of the drills."""

from collections import defaultdict
from typing import Any


def pytest_terminal_summary(terminalreporter: Any) -> None:
    late = defaultdict(list)
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            for name, value in getattr(report, "user_properties", []):
                if name == "drill":
                    late[value[0]].append(value[1])
    for kind, seconds in sorted(late.items()):
        worst = max(seconds)
        terminalreporter.write_line(f"{kind}: {len(seconds)} drills, at worst {worst:.1f} s")
