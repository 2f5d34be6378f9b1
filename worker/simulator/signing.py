"""The key with which webhooks are signed. It is made when it is first needed: 60 ms that few worlds need."""

from functools import cached_property

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_BITS = 2048


class Signing:
    """One key pair. Worlds that need not differ in it may share one."""

    @cached_property
    def _key(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(65537, _BITS)

    def public_pem(self) -> str:
        """Return the public half as it is published."""
        public = self._key.public_key()
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def sign(self, body: bytes) -> bytes:
        """Return the signature: RSA-SHA256, PKCS1-v1_5."""
        return self._key.sign(body, padding.PKCS1v15(), SHA256())
