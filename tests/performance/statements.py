"""How many statements a process gives to its database, counted beside it and written down as it ends."""

import atexit
import json
from dataclasses import asdict, dataclass
from pathlib import Path

NAME = "statements.json"


@dataclass(slots=True)
class Statements:
    """A statement given once with many rows counts once as an execution, and once for each row."""

    executions: int = 0
    rows: int = 0

    def count(self, rows: int = 1) -> None:
        self.executions += 1
        self.rows += rows

    def write_at_exit(self, folder: Path) -> None:
        atexit.register(self.write, folder)

    def write(self, folder: Path) -> None:
        (folder / NAME).write_text(json.dumps(asdict(self)))


def read(folder: Path) -> Statements | None:
    """Read what a process wrote; None: it was killed before it could."""
    written = folder / NAME
    return Statements(**json.loads(written.read_text())) if written.exists() else None
