"""What is on air and should not be, looked for at once by the workers of every account."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from worker.operations.answers import answer
from worker.operations.operator import Operator


@dataclass(frozen=True, slots=True)
class Swept:
    """A meeting that a worker did something about, or says something of."""

    account: str
    meeting_id: str
    title: str
    what: str
    """What it is, or what was done (see `engine.sweeper.Verdict`); a newer worker may know more of them."""


async def sweep(operator: Operator, accounts: Sequence[str]) -> list[Swept]:
    """Have workers sweep these accounts, all of theirs if none is named; return what they found.

    Raises:
        NotPickedUpError: it is written down, and no worker has picked it up so far.
        DeclinedError: a worker could not do it; the error says why.
    """
    asked = [await operator.request("sweep", "", each) for each in accounts or ("",)]
    return [_swept(each) for request in asked for each in json.loads(await answer(operator, request))]


def _swept(written: dict[str, str]) -> Swept:
    return Swept(written["account"], written["meeting_id"], written["title"], written["what"])
