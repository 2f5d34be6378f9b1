"""cuelight as it is, with its statements counted: python -m tests.performance.contenders.cuelight run."""

import os
from pathlib import Path

from tests.performance.statements import Statements
from worker.cli import main

if __name__ == "__main__":
    counted = Statements()
    counted.listen()
    counted.write_at_exit(Path(os.environ["CUELIGHT_STATE_DIR"]))
    main()
