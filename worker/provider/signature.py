"""Whether the provider signed what was posted: RSA-SHA256, PKCS1-v1_5 (API reference, section 9)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from worker.provider.errors import BadReplyError
from worker.provider.replies import parsed

LEAST_BITS = 2048
"""A shorter key proves nothing any more."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A body and what is said to be its signature."""

    body: bytes = field(repr=False)
    """It may hold a stream key."""
    signature: bytes = field(repr=False)
    or_compact: bool = False
    """Whether the signature may be that of the same JSON without its blanks, as Dyte's sample has it."""

    def is_by(self, key: RSAPublicKey) -> bool:
        """Whether the holder of this key signed it."""
        return any(_fits(key, self.signature, form) for form in self._forms())

    def _forms(self) -> Iterator[bytes]:
        """Yield what may have been signed, the bytes as they came first."""
        yield self.body
        found = parsed(self.body) if self.or_compact else None
        if found is not None:
            yield json.dumps(found, separators=(",", ":"), ensure_ascii=False).encode(errors="replace")


def public_key(found: Any) -> RSAPublicKey:
    """Read the `data` of the published document.

    Raises:
        BadReplyError: there is no RSA key in it that is long enough.
    """
    pem = found.get("publicKey") if isinstance(found, dict) else None
    try:
        key = load_pem_public_key(pem.encode() if isinstance(pem, str) else b"")
    except (ValueError, UnsupportedAlgorithm):
        raise BadReplyError("no public key") from None
    if not isinstance(key, RSAPublicKey) or key.key_size < LEAST_BITS:
        raise BadReplyError(f"no RSA key of at least {LEAST_BITS} bits")
    return key


def _fits(key: RSAPublicKey, signature: bytes, form: bytes) -> bool:
    try:
        key.verify(signature, form, PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True
