"""A change of a title reaches the provider by itself, without what the meeting was made with."""

import json
from dataclasses import replace
from typing import Literal

import pytest

from tests.campaign.crashes import quiet_life
from tests.campaign.scenario import Event, Show
from tests.campaign.truth import Truth
from tests.campaign.world import World, lived

OPTIONS = {"recording_config": {"max_seconds": 3600}, "persist_chat": True}


class Configured(World):
    """A world whose meeting has options of its own."""

    def _make_known(self, show: Show) -> None:
        super()._make_known(show)
        self.database.write("UPDATE broadcasts SET meeting = ?", json.dumps(OPTIONS))


@pytest.mark.parametrize("flavour", ["realtimekit", "dyte"])
def test_an_edit_of_the_title_sends_the_title_alone(flavour: Literal["realtimekit", "dyte"]) -> None:
    quiet = replace(quiet_life(at_start=False), flavour=flavour)
    edited = Event(40, "title", "b0", value=1)
    events = tuple(sorted((*quiet.events, edited), key=lambda each: each.at))
    world = lived(replace(quiet, events=events), made=Configured)
    truth = Truth(world)
    patches = [json.loads(each.body) for each in truth.about(str(truth.rooms[0].adopted), "PATCH")]
    assert [each for each in map(list, patches) if "status" not in each] == [["title"]]
    _, meeting = world.simulator.find(str(truth.rooms[0].adopted))
    assert {name: meeting.options[name] for name in OPTIONS} == OPTIONS
    assert [each.key for each in truth.told] == []
