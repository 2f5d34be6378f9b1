"""The worker's own pages: whether they can be served, or are."""

import errno
import http.client
import socket
from collections.abc import Callable

from config.setting_types import is_loopback
from config.settings import Http
from worker.doctor.finding import Finding, ok, problem, warning

NAME = "HTTP pages"
PATIENCE = 3.0
"""Seconds that whoever listens there has to answer."""

_OTHER = "Set CUELIGHT_HTTP__PORT to a free port (0: no pages), or stop what listens there."
_WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  Where a worker listens, not we.

Fetch = Callable[[str, int, str], tuple[int, str]]
"""From host, port and path to the status and the beginning of the page. Raises OSError: nobody answers."""


def fetch(host: str, port: int, path: str) -> tuple[int, str]:
    """Return status and beginning of a page.

    Raises:
        OSError: nobody answers, or not in HTTP.
    """
    connection = http.client.HTTPConnection(host, port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read(1000).decode(errors="replace")
    except http.client.HTTPException as error:
        raise OSError("no HTTP") from error
    finally:
        connection.close()


def look(pages: Http, fetch: Fetch = fetch) -> Finding:
    """Check the port: free, or served by a worker of ours."""
    where = f"{pages.host}:{pages.port}"
    if not pages.port:
        return ok(NAME, "turned off: CUELIGHT_HTTP__PORT is 0")
    if not is_loopback(pages.host) and pages.token is None:
        return problem(NAME, f"{where} is reachable from other machines", "Set CUELIGHT_HTTP__TOKEN.")
    trouble = _why_not_free(pages.host.strip("[]"), pages.port)
    if trouble is None:
        return ok(NAME, f"{where} is free{'' if pages.token is None else '; /metrics asks for the token'}")
    if trouble.errno != errno.EADDRINUSE:
        cure = "Set CUELIGHT_HTTP__HOST to an address of this machine, and __PORT to one above 1023."
        return problem(NAME, f"{where} cannot be served: {trouble.strerror}", cure)
    return _served(where, _WILDCARDS.get(pages.host, pages.host).strip("[]"), pages.port, fetch)


def _served(where: str, host: str, port: int, fetch: Fetch) -> Finding:
    try:
        _, overview = fetch(host, port, "/")
        status, alive = fetch(host, port, "/livez")
    except OSError:
        return problem(NAME, f"{where} is in use, and whoever has it does not answer", _OTHER)
    if overview.splitlines()[:1] != ["cuelight"]:
        return problem(NAME, f"{where} is in use by something else", _OTHER)
    if status != http.client.OK:
        return warning(NAME, f"a worker serves {where} and is not healthy: {alive.strip()}", "Restart it.")
    return ok(NAME, f"a worker serves {where} and is healthy")


def _why_not_free(host: str, port: int) -> OSError | None:
    """Return why nobody could listen there now. It is not listened, so nobody is kept from it."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as ours:
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            ours.bind(address)
    except OSError as error:
        return error
    return None
