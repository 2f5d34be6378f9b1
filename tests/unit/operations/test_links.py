"""The hosts' links: fresh ones, for a broadcast's own hosts alone."""

import pytest

from tests.support.provider import LaidOutClient
from tests.unit.operations.operators import Booking
from worker.operations import links
from worker.operations.links import HostLink
from worker.operations.refusals import NotInStateError


def test_a_link_is_not_shown_by_accident() -> None:
    assert "token" not in repr(HostLink("host", "token"))


async def test_there_are_no_links_before_there_is_a_meeting(booking: Booking) -> None:
    await booking.house.taken_up("show")
    with pytest.raises(NotInStateError, match="show is planned: there are no links"):
        await links.enterable(booking.operator, "show")


async def test_there_are_no_links_to_what_is_rejected_though_it_has_a_meeting(booking: Booking) -> None:
    await booking.house.taken_up("show")
    booking.house.sql("UPDATE rooms SET meeting_id = 'm'")
    booking.house.sql("UPDATE runs SET state = 'rejected'")
    with pytest.raises(NotInStateError, match="show is rejected"):
        await links.enterable(booking.operator, "show")


async def test_only_the_broadcasts_own_hosts_are_given_links(booking: Booking) -> None:
    await booking.house.taken_up("show")
    row = await booking.operator.known("show")
    client = LaidOutClient()
    found = await links.links(client, row, ["studio-2"], "https://x/{token}")
    assert found == [HostLink("studio-2", "https://x/t-p2")]
    with pytest.raises(NotInStateError, match="has no hosts"):
        await links.links(client, row, ["somebody-else"], None)
