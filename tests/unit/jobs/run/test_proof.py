"""What proves, what is not to be trusted, and what delays no read."""

from datetime import timedelta

from jobs.model import Broadcast, Doors, Room, Run, Window
from jobs.policy import Policy
from jobs.run import stop
from jobs.run.decision import STOP_AGAIN, Perform, Stop
from jobs.run.lifecycle import State
from jobs.run.observations import NO_STREAM, Asked, Seen, Stream, answered
from jobs.run.polling import needs_no_look
from jobs.run.situation import Situation
from tests.support.clock import NOON
from tests.unit.gateway.test_reads import STREAM, World

SHOW = Broadcast(id="show", title="Show", window=Window(NOON - timedelta(hours=1), NOON))
ROOM = Room(key="show", account="default", marker="", meeting_id="m", doors=Doors.CLOSED, held_by="show")
STOPPING = Run(
    id="show", state=State.STOPPING, room=ROOM, entered_at=NOON, off_wanted_at=NOON, closed_at=NOON
)


def after_reads(reads: str) -> Situation:
    asked: Asked[Stream] | None = None
    for number, each in enumerate(reads.split(), 1):
        at = NOON + timedelta(seconds=3 * number)
        asked = answered(asked, NO_STREAM, at, same=True, own=each == "own")
    return Situation(SHOW, STOPPING, Seen(stream=asked), NOON + timedelta(seconds=20), Policy())


def test_lists_alone_prove_nothing_and_one_read_of_the_meeting_itself_completes_them() -> None:
    assert not stop.proven(after_reads("list list list"))
    assert stop.proven(after_reads("list own"))
    assert stop.proven(after_reads("own own"))


def test_a_first_stop_waits_for_no_read_and_one_more_is_sent_only_after_a_look() -> None:
    s = after_reads("list")
    assert needs_no_look(s, Perform(Stop()))
    assert not needs_no_look(s, Perform(STOP_AGAIN))


async def test_a_list_whose_pages_moved_says_nothing_of_who_is_not_on_it() -> None:
    world = World()
    await world.round(STREAM)
    await world.round(STREAM)
    before = world.reader.seen("run-0").stream
    world.client.whole = False
    await world.round(STREAM)
    now = world.reader.seen("run-0").stream
    assert before
    assert now
    assert now.fact == before.fact
    assert now.tried_at > before.tried_at
