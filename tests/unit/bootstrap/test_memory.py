"""What a worker with thousands of broadcasts in memory spends on looking for garbage."""

import gc

from worker.bootstrap.memory import YOUNG, collect_rarely


def test_what_is_there_at_the_start_is_never_looked_through_again() -> None:
    young, *others = gc.get_threshold()
    try:
        collect_rarely()
        assert gc.get_freeze_count() > 0
        assert gc.get_threshold() == (YOUNG, *others)
    finally:
        gc.unfreeze()
        gc.set_threshold(young, *others)
