"""Who may act, and who wrote down what."""

from typing import Any

from tests.campaign.bugs.bug import Bug
from tests.campaign.scenario import Scenario
from worker.engine.draft import Draft
from worker.engine.recorder import Recorder
from worker.leases.contract import Term
from worker.leases.database import DatabaseLeases
from worker.rehearsal.lease import Lease
from worker.store.queries import leases, runs


def _has_several_workers(made: Scenario) -> bool:
    return made.workers > 1


_renew = DatabaseLeases._renew


async def _renewed_or_kept(self: DatabaseLeases) -> None:
    before = self._terms
    await _renew(self)
    self._terms = {**before, **self._terms}


def _moved_unwritten(_: Recorder, draft: Draft, after: Any) -> None:
    draft.states.append(after.state)


LEASES = (
    Bug.of("the lease is not asked", "only_with_the_lease", (Lease, "held", lambda *_: True)),
    Bug.of(
        "a term is trusted for ever, and no write is fenced",
        "only_with_the_lease",
        (DatabaseLeases, "_renew", _renewed_or_kept),
        (Term, "remaining", lambda *_: 1.0),
        (leases, "lasts", lambda *_: True),
        (runs, "named", lambda _: leases.named(None)),
        takes=_has_several_workers,
    ),
    Bug.of("moves are not journalled", "journal_complete", (Recorder, "_note_move", _moved_unwritten)),
)
