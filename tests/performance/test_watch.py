import sys
from pathlib import Path

import pytest

from tests.performance.watch import running

BUSY = "sum(range(3_000_000)); print('said')"


@pytest.mark.processes
def test_a_process_is_measured_to_its_last_instruction(tmp_path: Path) -> None:
    with running([sys.executable, "-c", BUSY], tmp_path / "log") as watched:
        assert watched.look_until(lambda: False, within=30)
    assert watched.exit_code == 0
    assert (tmp_path / "log").read_text() == "said\n"
    assert watched.samples[-1].cpu_s > 0.01
    assert watched.samples[-1].peak_mb > 0


@pytest.mark.processes
def test_nothing_is_left_running(tmp_path: Path) -> None:
    with running([sys.executable, "-c", "import signal; signal.pause()"], tmp_path / "log") as watched:
        assert watched.look()
    assert watched.exit_code == -9
