"""What truly happened in a world, put so that laws can be held against it: one module for each subject.

Here belong questions about a world that is over, answered from the provider's history, the calls, the
database, the log and what the world remembers. No bound of a law and no judgement: they belong in
`tests.campaign.laws`. One adds a question to the class of its subject, a new subject as a class on `After`
among the bases of `Truth`.
"""

from tests.campaign.truth.after import seconds
from tests.campaign.truth.alerts import Told
from tests.campaign.truth.journal import Held, Room
from tests.campaign.truth.truth import Truth
from tests.campaign.truth.wanted import HEARD_AFTER

__all__ = ["HEARD_AFTER", "Held", "Room", "Told", "Truth", "seconds"]
