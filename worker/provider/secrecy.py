"""What an answer repeats of a secret is hidden here, before any of its text becomes data (law 10).

Every answer passes once, whole: its headers and its document. What is cut later holds no part of a secret.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from config.setting_types import SHORTEST_SECRET
from worker.provider.flavours import Account
from worker.provider.replies import parsed
from worker.provider.transport import Reply

HIDDEN = "[hidden]"

_NAMES = re.compile(r"(stream_?[kK]ey|[tT]oken)\Z")
_MAY_NAME = (b"key", b"Key", b"oken")

Hide = Callable[[str], str]


def without_secrets(reply: Reply, account: Account) -> Reply:
    """Return the answer without the account's credentials, and with its own secrets in their places alone.

    Those (a stream key, a participant's token) are dropped, or given to whoever asked, where they are read.
    """
    headers = {name: account.hidden_in(value) for name, value in reply.headers.items()}
    try:
        body = _body(reply.body, account)
    except RecursionError:  # Nested deeper than anything the provider means; nobody reads it.
        body = b""
    return Reply(reply.status, headers, body)


def _body(body: bytes, account: Account) -> bytes:
    """Most answers repeat nothing, and are not written anew for it. A backslash may spell any letter."""
    spelt = b"\\" in body
    echoed = spelt or any(secret.encode() in body for secret in account.secrets)
    if not echoed and not any(each in body for each in _MAY_NAME):
        return body
    found = parsed(body)
    own = {each for each in _own(found) if len(each) >= SHORTEST_SECRET}
    repeated = [each for each in own if spelt or body.count(each.encode(errors="surrogatepass")) > 1]
    if found is None or not (echoed or repeated):
        return body
    longest_first = sorted(repeated, key=len, reverse=True)

    def hide(text: str) -> str:
        for each in longest_first:
            text = text.replace(each, HIDDEN)
        return account.hidden_in(text)

    return json.dumps(_hidden(found, hide)).encode()


def _own(found: Any) -> Iterator[str]:
    """Yield the secrets that the document itself names."""
    match found:
        case dict():
            for name, value in found.items():
                if _NAMES.search(name) and isinstance(value, str):
                    yield value
                else:
                    yield from _own(value)
        case list():
            for each in found:
                yield from _own(each)
        case _:
            pass


def _hidden(found: Any, hide: Hide) -> Any:
    match found:
        case str():
            return hide(found)
        case dict():
            return {name: _value(name, value, hide) for name, value in found.items()}
        case list():
            return [_hidden(each, hide) for each in found]
        case _:
            return found


def _value(name: str, value: Any, hide: Hide) -> Any:
    """Leave a secret in its own place, where whoever reads it knows what it is."""
    return value if _NAMES.search(name) and isinstance(value, str) else _hidden(value, hide)
