"""A simulated provider: RealtimeKit, Dyte v2 or its successor, on a clock of its own.

It knows nothing of the worker. What reads show and what truly is are kept apart: `Simulator.history`,
`Simulator.bills` and the control API tell the truth. The command that serves it and the tests may
import it.
"""

from worker.simulator.auth import Credentials
from worker.simulator.deliveries import Delivery, Sender
from worker.simulator.faults import Fault
from worker.simulator.history import Change, Kind
from worker.simulator.knobs import Knobs
from worker.simulator.meter import Bill
from worker.simulator.physics import Refused
from worker.simulator.requests import Received
from worker.simulator.serve import environment, serve
from worker.simulator.signing import Signing
from worker.simulator.simulator import Simulator
from worker.simulator.world import World

__all__ = [
    "Bill",
    "Change",
    "Credentials",
    "Delivery",
    "Fault",
    "Kind",
    "Knobs",
    "Received",
    "Refused",
    "Sender",
    "Signing",
    "Simulator",
    "World",
    "environment",
    "serve",
]
