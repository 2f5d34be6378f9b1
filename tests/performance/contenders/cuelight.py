"""cuelight as it is, with its statements counted."""

import os
from pathlib import Path

from tests.performance.engines import listen
from tests.performance.statements import Statements
from worker import cli


def main() -> None:
    counted = Statements()
    listen(counted)
    counted.write_at_exit(Path(os.environ["CUELIGHT_STATE_DIR"]))
    cli.main()
