"""What an answer says, in words short enough for a table, and without any value that is not ours to show.

The same words say what is assumed: where they are equal, the service does as the reference has it.
"""

import re
from collections.abc import Mapping
from typing import Any

from jobs.run.observations import Meeting
from worker.doctor.exchange import Exchange
from worker.provider.errors import BadReplyError
from worker.provider.models import meeting, readable
from worker.provider.models import page as page_of
from worker.provider.replies import Form

HEADERS = ("cf-ray", "ratelimit", "ratelimit-policy", "retry-after", "x-request-id")
"""Headers of interest (API reference, section 8)."""
NO_ANSWER = "no answer"
NONE_RUNS = "404, own form"

_WORD = re.compile(r"[A-Za-z_]{1,20}")


def answer(exchange: Exchange) -> str:
    """Say status and form."""
    if exchange.status is None:
        return NO_ANSWER
    if exchange.done or exchange.status == 204:
        return str(exchange.status)
    match exchange.form:
        case Form.OWN:
            return f"{exchange.status}, own form"
        case Form.GATEWAY:
            return f"{exchange.status}, gateway form"
        case Form.FOREIGN:
            return f"{exchange.status}, unknown form"


def room(exchange: Exchange, title: str) -> str:
    """Say what a meeting is like; `title` is what it should be called."""
    fields = exchange.data
    if not exchange.done or not isinstance(fields, dict):
        return answer(exchange)
    flag = "flag on" if fields.get("live_stream_on_start") is True else "flag off"
    kept = "the title as sent" if fields.get("title") == title else "another title"
    return f"{exchange.status}, {_word(fields)}, {flag}, {kept}"


def stream(exchange: Exchange) -> str:
    """Say what is told of the active livestream."""
    if not exchange.done:
        return answer(exchange)
    fields = exchange.data
    if isinstance(fields, dict) and fields:
        return f"{exchange.status}, status {_word(fields)}"
    empty = {
        "dict": "data {}",
        "list": "an empty list" if fields == [] else "a list",
        "NoneType": "data null",
    }
    return f"{exchange.status}, {empty.get(type(fields).__name__, 'data of another kind')}"


def listed(exchange: Exchange) -> str:
    """Say what form a list has, and where its paging is."""
    if not exchange.done:
        return answer(exchange)
    kind = {"list": "an array", "dict": "one object"}.get(type(exchange.data).__name__, "no list")
    return f"{exchange.status}, {kind}, {_paging(exchange)}"


def page(exchange: Exchange) -> str:
    """Say how many items there are on a page, of how many."""
    if not exchange.done:
        return answer(exchange)
    paging = exchange.found.get("paging")
    total = paging.get("total_count") if isinstance(paging, dict) else None
    return f"{len(items(exchange))} of {total}" if isinstance(total, int) else f"{len(items(exchange))}"


def token(exchange: Exchange) -> str:
    """Say whether a token came."""
    fields = exchange.data
    if not exchange.done or not isinstance(fields, dict):
        return answer(exchange)
    return f"{exchange.status}, {'with' if fields.get('token') else 'without'} a token"


def headers(found: Mapping[str, str]) -> str:
    """Say which headers of interest came."""
    return ", ".join(each for each in HEADERS if each in found) or "none"


def meeting_id(exchange: Exchange) -> str:
    """Return the id of the meeting that an answer is about; empty if there is none."""
    try:
        return meeting(exchange.data).id if exchange.done else ""
    except BadReplyError:
        return ""


def items(exchange: Exchange) -> list[Any]:
    """Return the items of a list, in whichever form it came."""
    try:
        return page_of(exchange.found)[0] if exchange.done else []
    except BadReplyError:
        return []


def meetings(exchange: Exchange) -> list[Meeting]:
    """Return the meetings of a list that can be read."""
    return list(readable(items(exchange), meeting))


def first_name(exchange: Exchange) -> str:
    """Return the name of the first item of a list; empty if there is none."""
    names = [each.get("name") for each in items(exchange) if isinstance(each, dict)]
    return next((each for each in names if isinstance(each, str)), "")


def _paging(exchange: Exchange) -> str:
    for place, holder in (("at the top", exchange.found), ("within", exchange.data)):
        if isinstance(holder, dict) and isinstance(holder.get("paging"), dict):
            return f"paging {place}"
    return "no paging"


def _word(fields: Mapping[str, Any]) -> str:
    """Return a status, if it is a word: what is none could be anything, an id among it."""
    word = fields.get("status")
    return word if isinstance(word, str) and _WORD.fullmatch(word) else "unknown"
