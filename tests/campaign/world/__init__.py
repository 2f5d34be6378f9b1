"""The world of a scenario: the real worker against the simulator, through trouble, in virtual time.

Here belongs what there is in a world (`parts`, `workers`, `world`) and, one module for each subject, what
happens in it (`happenings`). What is drawn of it from a seed is put together in `tests.campaign.drawn`, what
truly happened is read in `tests.campaign.truth`, and judged in `tests.campaign.laws`. One adds a happening to
its module in `happenings`, and what the laws have to know of it afterwards to `facts`.
"""

from tests.campaign.world.lived import lived
from tests.campaign.world.log import Line
from tests.campaign.world.parts import API_SECRET, STREAM_KEY, TOKEN
from tests.campaign.world.schedule_file import TITLED
from tests.campaign.world.world import World

__all__ = ["API_SECRET", "STREAM_KEY", "TITLED", "TOKEN", "Line", "World", "lived"]
