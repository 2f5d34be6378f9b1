"""The forms in which a secret that leaked would be found."""

import base64
import urllib.parse


def forms(secret: str) -> set[str]:
    """Return the ways in which a secret may be written, alone or within something longer."""
    raw = secret.encode()
    whole = {secret, urllib.parse.quote(secret, safe=""), base64.b64encode(raw).decode().rstrip("=")}
    inside = {base64.b64encode(b"x" * shift + raw).decode()[4:-4] for shift in (1, 2)}
    return whole | inside
