"""From a spreadsheet to the air, and from there into a calendar that others subscribe to."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.ics import events
from tests.support.processes import Worker, free_port, simulator, soon, wait_until, worker

pytestmark = pytest.mark.processes

TOKEN = "open-sesame"  # noqa: S105  The token of this test.


@pytest.mark.long
def test_a_list_is_imported_aired_moved_cancelled_and_each_is_in_the_calendar(tmp_path: Path) -> None:
    port = free_port()
    pages = {"CUELIGHT_HTTP__PORT": str(port), "CUELIGHT_HTTP__TOKEN": TOKEN}
    with simulator() as provider, worker(tmp_path, provider, **pages) as host:
        host.start()
        start = soon(8)
        _import(
            host,
            f"on-air,On air,{start:%Y-%m-%d %H:%M:%S},30s",
            f"later,Later,{soon(9000):%Y-%m-%d %H:%M},1h",
        )
        host.await_state("on-air", "live")
        before = _exported(host)
        assert set(before) == {"On air", "Later"}
        assert before["On air"]["DTSTART"].dt == start.replace(microsecond=0)
        wait_until("the playback link is known", lambda: host.status()["on-air"]["playback_url"])
        assert "https://" in _exported(host)["On air"]["DESCRIPTION"]

        _import(host, f"later,Later,{soon(9060):%Y-%m-%d %H:%M},2h", words=("--update",))
        wait_until("it is moved", lambda: _length(_exported(host)["Later"]) == timedelta(hours=2))
        moved = _exported(host)["Later"]
        assert moved["SEQUENCE"] > before["Later"]["SEQUENCE"]
        assert moved["UID"] == before["Later"]["UID"]

        host.cuelight("cancel", "later")
        cancelled = _exported(host)["Later"]
        assert (cancelled["STATUS"], cancelled["UID"]) == ("CANCELLED", moved["UID"])
        assert cancelled["SEQUENCE"] > moved["SEQUENCE"]
        _is_served_too(host, f"http://127.0.0.1:{port}/calendar.ics")
        host.await_state("on-air", "ended", within=60)


def _import(host: Worker, *rows: str, words: tuple[str, ...] = ()) -> None:
    file = host.folder / "list.csv"
    file.write_text("\n".join(("id,title,start,duration", *rows)))
    host.cuelight("import", str(file), "--zone", "UTC", *words)


def _exported(host: Worker) -> dict[str, Any]:
    file = host.folder / "out.ics"
    host.cuelight("export", "--ics", "--output", str(file))
    return {str(each["SUMMARY"]): each for each in events(file.read_bytes())}


def _length(event: Any) -> timedelta:
    length: timedelta = event["DTEND"].dt - event["DTSTART"].dt
    return length


def _is_served_too(host: Worker, url: str) -> None:
    """The worker's page holds the same, for whoever knows the token, and nothing twice."""
    assert httpx.get(url).status_code == 401
    answer = httpx.get(url, auth=("me", TOKEN))
    served = {str(each["SUMMARY"]): each for each in events(answer.content)}
    assert {title: each["UID"] for title, each in served.items()} == {
        title: each["UID"] for title, each in _exported(host).items()
    }
    secrets = [TOKEN, "canary", str(host.folder)]
    assert not [each for each in secrets if each in answer.text]
    again = httpx.get(url, auth=("me", TOKEN), headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code in {200, 304}
    assert TOKEN not in host.log()
