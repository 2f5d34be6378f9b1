"""The measured provider as its own process, and how it is asked."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from tests.performance.arrivals import Arrivals, parse
from tests.performance.watch import ROOT, Watched


@dataclass(slots=True)
class Stage:
    """The provider that every contender of a run is measured against."""

    url: str
    watched: Watched

    def reset(self) -> None:
        """Begin anew, for the next contender."""
        self.watched.samples.clear()
        httpx.post(f"{self.url}/_reset", timeout=10).raise_for_status()

    def arrivals(self) -> Arrivals:
        return parse(httpx.get(f"{self.url}/_report", timeout=30).raise_for_status().json())


@contextmanager
def stage() -> Iterator[Stage]:
    """Have a provider for as long as it is needed."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.performance.provider"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout
        yield Stage(process.stdout.readline().strip(), Watched(process))
    finally:
        process.kill()
        process.communicate()
