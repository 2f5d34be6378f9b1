"""cuelight as it is, with its statements counted."""

import os
from pathlib import Path

from tests.performance.statements import Statements
from worker import cli


def main() -> None:
    counted = Statements()
    counted.listen()
    counted.write_at_exit(Path(os.environ["CUELIGHT_STATE_DIR"]))
    cli.main()
