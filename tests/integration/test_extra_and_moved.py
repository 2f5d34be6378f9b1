"""An end by the clock that is written for another day: what is extra or moved airs for as long."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.support.processes import Provider, Worker, iso, simulator, soon, worker

pytestmark = pytest.mark.processes

LENGTH = timedelta(seconds=8)


def test_an_extra_and_a_moved_occurrence_air_for_the_length_of_their_entry(tmp_path: Path) -> None:
    extra, original, moved = (soon(seconds).replace(microsecond=0) for seconds in (12, 1000, 20))
    file = tmp_path / "schedule.yaml"
    file.write_text(
        f"timezone: UTC\ndefaults: {{prepare: 1m}}\nbroadcasts:\n"
        f"  - key: show\n    title: Show\n    start: 2099-12-25T18:00:00\n    end: 18:00:08\n"
        f"    repeat: FREQ=YEARLY\n    except: [holidays: DE]\n"
        f"    also: [{written(extra)}, {written(original)}]\n"
        f"    change:\n      {suffix(original)}: {{start: {written(moved)}, note: brought forward}}\n"
    )
    with simulator() as provider, worker(tmp_path, provider) as host:
        host.cuelight("apply", str(file), "--yes")
        host.start("--schedule", str(file))
        begun = {f"show@{suffix(extra)}": extra, f"show@{suffix(original)}": moved}
        for broadcast_id in begun:
            host.await_state(broadcast_id, "ended", within=60)
        _were_right(host, provider, begun)
        assert host.stop() == 0


def written(start: datetime) -> str:
    return f"{start:%Y-%m-%dT%H:%M:%S}"


def suffix(start: datetime) -> str:
    return f"{start:%Y-%m-%dT%H%M%S}" if start.second else f"{start:%Y-%m-%dT%H%M}"


def _were_right(host: Worker, provider: Provider, begun: dict[str, datetime]) -> None:
    rows = host.status()
    assert {id_: (row["starts_at"], row["ends_at"]) for id_, row in rows.items()} == {
        id_: (iso(start), iso(start + LENGTH)) for id_, start in begun.items()
    }
    for id_, start in begun.items():
        stop = provider.calls("POST", f"/{rows[id_]['meeting_id']}/active-livestream/stop")[0]
        late = datetime.fromisoformat(stop["received_at"]) - (start + LENGTH)
        assert timedelta(0) <= late < timedelta(seconds=1)
        assert rows[id_]["live_at"] is not None
