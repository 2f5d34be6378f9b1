"""What every contender is given: so many broadcasts that start at one instant and end at another."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

POLL = 5.0
"""Seconds between two reads while a stream is to begin: cuelight's own default."""
PROOF_APART = 2.0
"""Seconds between the two reads that prove a stream off."""
OFF_WITHIN = 2.5
"""Seconds after a stop from which the provider is expected to be off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """The task, as a contender's command line tells it. Instants are epoch seconds."""

    url: str
    folder: Path
    count: int
    starts_at: float
    ends_at: float

    @property
    def titles(self) -> Sequence[str]:
        return [f"bench-{number:05}" for number in range(self.count)]

    @property
    def database(self) -> Path:
        return self.folder / "broadcasts.db"

    @property
    def arguments(self) -> list[str]:
        return [
            *("--url", self.url, "--folder", str(self.folder), "--count", str(self.count)),
            *("--starts-at", repr(self.starts_at), "--ends-at", repr(self.ends_at)),
        ]


def read(arguments: Sequence[str] | None = None) -> Burst:
    """Read a command line that `arguments` wrote."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--starts-at", type=float, required=True)
    parser.add_argument("--ends-at", type=float, required=True)
    return Burst(**vars(parser.parse_args(arguments)))
