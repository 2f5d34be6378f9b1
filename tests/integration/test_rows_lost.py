"""A real worker whose database loses rows without a word, as one that is damaged may."""

from pathlib import Path

import pytest

from tests.support.processes import simulator, soon, wait_until, worker

pytestmark = pytest.mark.processes


def test_a_show_on_air_whose_room_is_lost_is_not_swept_and_is_off_at_its_end(tmp_path: Path) -> None:
    with simulator() as provider, worker(tmp_path, provider, CUELIGHT_POLL__SWEEP="1s") as host:
        host.start()
        ends_at = soon(20)
        host.insert("show", soon(2), ends_at, prepare="1m")
        host.await_state("show", "live")
        host.sql("DELETE FROM rooms")
        wait_until("the sweep missed it", lambda: host.log().count('"row_lost"') > 0)
        wait_until("it is stopped", lambda: provider.calls("POST", "/active-livestream/stop"), within=40)
        assert soon(0) >= ends_at
        wait_until("it is off", lambda: not provider.meetings("Show")[0]["on_air"])
        wait_until("it is shut", lambda: provider.meetings("Show")[0]["status"] == "INACTIVE")


@pytest.mark.parametrize("order", ["stop", "cancel"])
def test_what_an_operator_wants_off_is_swept_though_its_room_is_lost(tmp_path: Path, order: str) -> None:
    """The changed title has its record loaded anew, which fails: no pass can do it."""
    with simulator() as provider, worker(tmp_path, provider, CUELIGHT_POLL__SWEEP="1s") as host:
        host.start()
        host.insert("show", soon(2), soon(120), prepare="1m")
        host.await_state("show", "live")
        host.sql("DELETE FROM rooms")
        wait_until("the sweep missed it", lambda: host.log().count('"row_lost"') > 0)
        host.sql("UPDATE broadcasts SET title = 'Another'")
        swept = len(provider.calls("GET", "/meetings")) + 3
        wait_until("it is swept again and again", lambda: len(provider.calls("GET", "/meetings")) > swept)
        assert not provider.calls("POST", "/active-livestream/stop")
        host.cuelight(order, "show", check=False)
        wait_until("it is off", lambda: not provider.meetings("Show")[0]["on_air"], within=30)
