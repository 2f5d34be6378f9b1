"""The laws: what has to be true of every world, each with its bound. The README lists them by their names.

Here belong judgements and bounds alone, one module for each subject; what truly happened is asked of
`tests.campaign.truth`. One adds a law to the mapping at the end of its subject's module, in the README by its
docstring, and with it a bug in `tests.campaign.bugs` that breaks it.
"""

from collections.abc import Callable, Iterator

from tests.campaign.laws.air import AIR
from tests.campaign.laws.breach import Breach
from tests.campaign.laws.meetings import MEETINGS
from tests.campaign.laws.orders import ORDERS
from tests.campaign.laws.overruns import OVERRUNS
from tests.campaign.laws.quota import QUOTA
from tests.campaign.laws.record import RECORD
from tests.campaign.laws.rooms import ROOMS
from tests.campaign.laws.told import TOLD
from tests.campaign.truth import Truth

Law = Callable[[Truth], Iterator[Breach]]

LAWS: dict[str, Law] = {**MEETINGS, **ROOMS, **AIR, **OVERRUNS, **ORDERS, **RECORD, **QUOTA, **TOLD}
"""What each law says, and what finds its breaches."""


def breaches(truth: Truth) -> list[Breach]:
    """Return everything that went against a law."""
    return [breach for check in LAWS.values() for breach in check(truth)]
