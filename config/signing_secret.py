"""The secret with which webhooks are signed, and the key that it is.

`whsec_` is how Standard Webhooks marks a key that is written in base64; any other text is the key itself, in
UTF-8. So nobody has to make a new secret for alerts that he checks already.
"""

import base64
import binascii

PREFIX = "whsec_"
SHORTEST_KEY, LONGEST_KEY = 24, 64
"""Bytes of a key in base64, by Standard Webhooks."""


def key(secret: str) -> bytes:
    """Return the key that a secret is.

    Raises:
        ValueError: it begins with `whsec_` and holds no such key; with the cure.
    """
    if not secret.startswith(PREFIX):
        return secret.encode()
    written = secret.removeprefix(PREFIX).rstrip("=")
    try:
        found = base64.b64decode(written + "=" * (-len(written) % 4), validate=True)
    except binascii.Error:
        found = b""
    if not SHORTEST_KEY <= len(found) <= LONGEST_KEY:
        raise ValueError(
            f"after {PREFIX} write {SHORTEST_KEY} to {LONGEST_KEY} bytes in base64: `openssl rand -base64 32`"
        )
    return found
