"""Occurrences that share a room, by the real commands and a real worker, and what `why` says of each."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support.postgres import Postgres
from tests.support.processes import Provider, Worker, simulator, soon, worker

pytestmark = pytest.mark.processes

LENGTH = 14
SCHEDULE = """
timezone: UTC
defaults: {{prepare: 1m, live_within: 1m, late_start: 2s}}
broadcasts:
  - key: panel
    title: Panel
    start: {first:%Y-%m-%dT%H:%M:%S}
    duration: {length}s
    room: shared
    repeat: FREQ=DAILY;UNTIL={last:%Y%m%d}
    also: ['{second:%Y-%m-%dT%H:%M:%S}', '{third:%Y-%m-%dT%H:%M:%S}']
    change:
      {tomorrow:%Y-%m-%d}: {{skip: true, note: Public holiday}}
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def host(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Worker, Provider]]:
    """A worker and its provider, where somebody joins whatever opens."""
    with ExitStack() as stack:
        provider = stack.enter_context(simulator(crowd=True, linger_s=60))
        made = stack.enter_context(worker(tmp_path / "host", provider))
        if request.param == "postgresql":
            server: Postgres = request.getfixturevalue("postgres")
            name = stack.enter_context(server.database())
            made.environment["CUELIGHT_DATABASE_URL"] = server.url(name)
            made.elsewhere = partial(server.sql, database=name)
        yield made, provider


@pytest.mark.long
def test_three_in_one_room_air_one_after_the_other_and_each_is_explained(
    host: tuple[Worker, Provider],
) -> None:
    desk, provider = host
    first = soon(15).replace(microsecond=0)
    second, third = first + timedelta(seconds=LENGTH), first + timedelta(seconds=70)
    days = {"tomorrow": first + timedelta(days=1), "last": first + timedelta(days=2)}
    file = desk.folder / "schedule.yaml"
    file.write_text(SCHEDULE.format(first=first, second=second, third=third, length=LENGTH, **days))
    ids = [f"panel@{first:%Y-%m-%d}", *(f"panel@{at:%Y-%m-%dT%H%M%S}" for at in (second, third))]

    desk.cuelight("apply", str(file), "--yes")
    desk.start()
    desk.await_state(ids[0], "ready")
    told = desk.cuelight("extend", ids[0], "4s")
    assert f"{ids[1]} starts" in told.stderr
    desk.cuelight("cancel", ids[2])
    for each in ids[:2]:
        desk.await_state(each, "ended", within=60)

    _aired_one_after_the_other(provider)
    story = desk.cuelight("why", ids[0]).stdout
    for sentence in (
        "revision 1 by `cuelight apply`",
        f"this is its occurrence of {first:%a %d %b %Y %H:%M}, UTC.",
        "extended it by 4s: ends_at",
        "The row as it stands is in force: changed: ends_at",
        "The provider was asked to open the doors: done.",
        "It is on air: LIVE was read.",
        "The provider was asked to stop the stream: done (the window is over).",
        "It is over, and proven off the air: the window is over.",
        "Next: nothing;",
    ):
        assert sentence in story, story
    assert "It was live then." in desk.cuelight("why", ids[0], f"{second:%Y-%m-%dT%H:%M:%S}").stdout
    assert "It is an extra occurrence (`also`)" in desk.cuelight("why", ids[1]).stdout
    assert "cancelled it." in desk.cuelight("why", ids[2]).stdout
    skipped = json.loads(desk.cuelight("why", f"panel@{days['tomorrow']:%Y-%m-%d}", "--json").stdout)
    assert (skipped["exists"], skipped["reason"]["note"]) == (False, "Public holiday")
    assert "UNTIL is" in desk.cuelight("why", f"panel@{first + timedelta(days=3):%Y-%m-%d}").stdout
    assert desk.cuelight("why", "pannel@2026-12-01", check=False).returncode == 1


def _aired_one_after_the_other(provider: Provider) -> None:
    (meeting,) = provider.meetings("Panel")
    assert not meeting["on_air"]
    streams = provider.history("Panel", "stream.started", "stream.off")
    assert [each["kind"] for each in streams] == ["stream.started", "stream.off"] * 2
    assert all(before["at"] <= after["at"] for before, after in pairwise(streams))
