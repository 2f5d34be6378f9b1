"""Bugs that somebody might write, one module for each subject: each has to break a law in some world.

Here belong patches of the real code, and the choice of worlds in which they show. No fault of the provider,
the database or the network: those belong in `tests.campaign.world.happenings`, and a life made for one bug in
`tests.campaign.directed`. One adds a bug to the tuple of its subject, and a subject to the mapping below.
"""

from collections.abc import Mapping

from tests.campaign.bugs.alerts import ALERTS
from tests.campaign.bugs.bug import Bug
from tests.campaign.bugs.calls import CALLS
from tests.campaign.bugs.caught import worlds_needed
from tests.campaign.bugs.failsafe import FAILSAFE
from tests.campaign.bugs.leases import LEASES
from tests.campaign.bugs.meetings import MEETINGS
from tests.campaign.bugs.orders import ORDERS
from tests.campaign.bugs.overruns import OVERRUNS
from tests.campaign.bugs.starts import STARTS
from tests.campaign.bugs.stops import STOPS

BUGS: Mapping[str, Bug] = {
    bug.name: bug
    for bug in (*CALLS, *MEETINGS, *STARTS, *STOPS, *ALERTS, *ORDERS, *FAILSAFE, *LEASES, *OVERRUNS)
}
"""By what somebody did wrong."""

__all__ = ["BUGS", "Bug", "worlds_needed"]
