"""How many statements a process gives to its database, counted beside it and written down as it ends."""

import atexit
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

NAME = "statements.json"


@dataclass(slots=True)
class Statements:
    """A statement given once with many rows counts once as an execution, and once for each row."""

    executions: int = 0
    rows: int = 0

    def count(self, rows: int = 1) -> None:
        self.executions += 1
        self.rows += rows

    def listen(self, to: Engine | type[Engine] = Engine) -> None:
        """Count what SQLAlchemy executes, on any engine by default; commits are not among it."""
        event.listen(to, "before_cursor_execute", self._executed)

    def write_at_exit(self, folder: Path) -> None:
        atexit.register(self.write, folder)

    def write(self, folder: Path) -> None:
        (folder / NAME).write_text(json.dumps(asdict(self)))

    def _executed(
        self, _connection: Any, _cursor: Any, _statement: str, given: Any, _context: Any, *is_many: bool
    ) -> None:
        self.count(len(given) if any(is_many) else 1)


def read(folder: Path) -> Statements:
    """Read what a process wrote; nothing was counted if it wrote nothing."""
    written = folder / NAME
    return Statements(**json.loads(written.read_text())) if written.exists() else Statements()
