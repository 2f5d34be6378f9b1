"""What the kernel tells of a process: its CPU time and its memory."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Sample:
    """A process at an instant."""

    at: float
    """Epoch seconds."""
    cpu_s: float
    """User and system time since it began, threads included."""
    peak_mb: float
    """The most memory that was resident so far."""


def sample(pid: int, at: float) -> Sample | None:
    """Look at a process; None: it is gone."""
    try:
        stat, status = (Path(f"/proc/{pid}/{name}").read_text() for name in ("stat", "status"))
    except OSError:
        return None
    peak = _PEAK.search(status)
    return Sample(at, cpu_of(stat), int(peak[1]) / 1024) if peak else None


def cpu_of(stat: str) -> float:
    """Return the CPU seconds in the text of `/proc/PID/stat`; the name in it may hold anything."""
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / _TICKS
