"""Who may do what over HTTP, as it is set up."""

from collections.abc import Iterable
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network

Network = IPv4Network | IPv6Network


class Scope(StrEnum):
    """What a token allows. Whoever may do anything may read."""

    READ = "read"
    """Broadcasts, alerts, workers, the quota, the journal, the schedule. Nothing in it grants power."""
    PLAYBACK = "playback"
    """Beside that, where a broadcast can be watched: for private shows that is the way in."""
    LINKS = "links"
    """Hosts' links. Whoever has one comes in as that host."""
    OPERATE = "operate"
    """To add, change, cancel, stop, extend and reopen; to resolve alerts, to apply a schedule."""


def scopes(text: str) -> frozenset[Scope]:
    """Read a list of scopes, with commas between them; each includes `read`.

    Raises:
        ValueError: one is unknown, or there is none.
    """
    words = [each.strip() for each in text.split(",") if each.strip()]
    unknown = [each for each in words if each not in {*Scope}]
    if unknown or not words:
        raise ValueError(f"write {listed()}, with commas between them")
    return frozenset({Scope.READ, *map(Scope, words)})


def networks(text: str) -> tuple[Network, ...]:
    """Read a list of addresses and networks, with commas between them.

    Raises:
        ValueError: one is none.
    """
    try:
        return tuple(ip_network(each.strip()) for each in text.split(",") if each.strip())
    except ValueError:
        raise ValueError("write addresses, or networks as 10.0.0.0/8, with commas between them") from None


def listed(those: Iterable[Scope] = Scope) -> str:
    """Return scopes as they are written."""
    return ", ".join(sorted(those))
