"""Names of hosts, resolved for one purpose alone: whatever hangs elsewhere does not hold up a stop."""

import asyncio
import socket
from functools import partial
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

from worker.kit.threads import BusyError, ThreadPerCall

AT_ONCE = 16
NUMERIC = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV


class Names(AbstractResolver):
    """Asks the system, each time on a thread of its own."""

    def __init__(self, purpose: str) -> None:
        self._threads = ThreadPerCall(f"{purpose}'s names", AT_ONCE)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a host.

        Raises:
            OSError: it has none, or the system does not answer.
        """
        ask = partial(_addresses, host, port, family)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, ask)
        except BusyError as error:
            raise OSError(str(error)) from None

    async def close(self) -> None:
        """Leave behind what still asks."""


def _addresses(host: str, port: int, family: socket.AddressFamily) -> list[ResolveResult]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, family=family, flags=socket.AI_ADDRCONFIG)
    return [_found(host, kind, protocol, address) for kind, _, protocol, _, address in found]


def _found(host: str, family: int, protocol: int, address: Any) -> ResolveResult:
    """Return an address as numbers; that of a link names its interface."""
    name, port = socket.getnameinfo(address, socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)
    return ResolveResult(
        hostname=host, host=name, port=int(port), family=family, proto=protocol, flags=NUMERIC
    )
