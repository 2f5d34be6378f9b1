"""Which machines a calendar's address may lead to: those of the internet, and none that is near this one."""

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

_TRANSLATED = IPv6Network("64:ff9b::/96")
"""An address of IPv4 in its last four bytes (RFC 6052)."""

AddressInfo = tuple[int | socket.AddressFamily, int | socket.SocketKind, int, str, Any]
"""As `getaddrinfo` gives it."""


class NearAddressError(OSError):
    """It is an address of a network that others cannot see."""


class Doorway:
    """Makes the sockets of one fetch; each is looked at as it is made, after every name was resolved."""

    def __init__(self, *, may_be_loopback: bool) -> None:
        self._may_be_loopback = may_be_loopback
        self.has_refused = False

    def __call__(self, found: AddressInfo) -> socket.socket:
        """Return a socket for an address.

        Raises:
            NearAddressError: nothing is sent there.
        """
        family, kind, protocol, _, address = found
        if not self._may_lead_to(str(address[0])):
            self.has_refused = True
            raise NearAddressError("not an address of the internet")
        return socket.socket(family, kind, protocol)

    def _may_lead_to(self, address: str) -> bool:
        found = ip_address(address.partition("%")[0])
        return found.is_loopback if self._may_be_loopback else is_far(found)


def is_far(address: IPv4Address | IPv6Address) -> bool:
    """Whether everybody on the internet reaches this machine by it, and not only its neighbours."""
    inner = _inner(address)
    return address.is_global and not address.is_multicast and (inner is None or is_far(inner))


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | None:
    """Return the address of IPv4 that one of IPv6 stands for."""
    if isinstance(address, IPv4Address):
        return None
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour
