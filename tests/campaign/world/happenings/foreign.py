"""Somebody else uses the same account."""

from tests.campaign.scenario import Event
from tests.campaign.world.happenings.happening import Trouble
from tests.campaign.world.parts import Parts

TROUBLE = (Trouble("foreign", 0, 0),)


def _foreign(world: Parts, _event: Event) -> None:
    """Somebody else's meeting on the same account goes on air, and stays."""
    there = world.simulator.world
    world.simulator.advance()
    tenant = next(iter(there.tenants.values()), None)
    if tenant is None:
        return
    meeting = there.create_meeting(
        tenant, {"title": "Somebody else's [othr-show]", "live_stream_on_start": True}
    )
    world.foreign.add(meeting.id)
    world.simulator.join(meeting.id, "stranger")


HAPPENINGS = {"foreign": _foreign}
