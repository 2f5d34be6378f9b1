"""All that laws ask of a world."""

from tests.campaign.truth.alerts import Alerts
from tests.campaign.truth.calls import Calls
from tests.campaign.truth.on_air import OnAir
from tests.campaign.truth.wanted import Wanted


class Truth(Wanted, OnAir, Calls, Alerts):
    """One world after its end."""
