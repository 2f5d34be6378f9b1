"""What is shared of a probe: a document and a table, without credentials, and without saying whose it was."""

from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from typing import Any

from worker.doctor.exchange import Exchange
from worker.doctor.hiding import hides
from worker.doctor.observation import Observation
from worker.doctor.probe import Probed
from worker.doctor.shape import shape
from worker.doctor.wording import headers
from worker.provider.flavours import Account

HEADINGS = ("what", "the reference assumes", "the service does", "same?")
PRESET = "(the first preset)"
"""Stands for a name that the owner of the account gave."""

_WORDS = {True: "yes", False: "NO", None: "-"}


def document(probed: Probed, account: Account, at: datetime) -> dict[str, Any]:
    """Return what is written to the file."""
    written: dict[str, Any] = {
        "what": "cuelight doctor --probe",
        "cuelight": version("cuelight"),
        "flavour": probed.flavour,
        "address": "another than the flavour's own" if account.base_url else "the flavour's own",
        "date": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "meeting": probed.meeting_id,
        "left_inactive": probed.closed,
        "observations": [_observation(each) for each in probed.observations],
    }
    return dict(hides(account)(None, "", written))


def rows(probed: Probed, account: Account) -> Iterator[tuple[str, ...]]:
    """Yield the lines of the table."""
    hidden = hides(account)
    for each in probed.observations:
        yield each.what, each.assumed, hidden.text(each.seen), _WORDS[each.same]


def _observation(each: Observation) -> dict[str, Any]:
    told = {"what": each.what, "assumed": each.assumed, "seen": each.seen, "same": each.same}
    return told | (_exchange(each.exchange) if each.exchange else {})


def _exchange(made: Exchange) -> dict[str, Any]:
    method, route = made.ask.value
    body = dict(made.body) if made.body is not None else None
    if body and "preset_name" in body:
        body["preset_name"] = PRESET
    return {
        "request": {"method": method, "route": route, "query": dict(made.query), "body": body},
        "status": made.status,
        "no_answer_because": made.trouble or None,
        "seconds": round(made.seconds, 3),
        "headers": headers(made.headers),
        "cf_ray": made.headers.get("cf-ray"),
        "shape": shape(made.found),
    }
