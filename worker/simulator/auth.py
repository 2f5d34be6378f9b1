"""Who may call (API reference, sections 1 and 7)."""

import base64
import binascii
import secrets
from dataclasses import dataclass, field
from uuid import uuid4

from worker.simulator.knobs import Flavour


@dataclass(frozen=True, slots=True)
class Credentials:
    """What is accepted. The ids are those of the environment; calls may name any other tenant."""

    secrets: tuple[str, ...] = field(repr=False)
    account_id: str
    app_id: str
    org_id: str

    @classmethod
    def throw_away(cls) -> "Credentials":
        """Make up credentials for this process alone."""
        return cls((secrets.token_urlsafe(30),), secrets.token_hex(16), str(uuid4()), str(uuid4()))


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose call it is: the secret that paid for it, and the organization it named."""

    secret: str = field(repr=False)
    org_id: str | None


def identify(authorization: str, flavour: Flavour, accepted: Credentials) -> Caller | None:
    """Tell the caller by the Authorization header, or None if it is not good."""
    scheme, _, value = authorization.partition(" ")
    if flavour == "realtimekit":
        org_id, secret = None, value if scheme.lower() == "bearer" else ""
    else:
        org_id, secret = _basic(value) if scheme.lower() == "basic" else (None, "")
    known = any(secrets.compare_digest(secret.encode(), good.encode()) for good in accepted.secrets)
    return Caller(secret, org_id) if known else None


def _basic(value: str) -> tuple[str | None, str]:
    try:
        user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None, ""
    return user, password
