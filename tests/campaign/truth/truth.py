"""All that laws ask of a world."""

from tests.campaign.truth.alerts import Alerts
from tests.campaign.truth.calls import Calls
from tests.campaign.truth.wanted import Wanted


class Truth(Wanted, Calls, Alerts):
    """One world after its end."""
