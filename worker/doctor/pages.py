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

_PAGES, _PROBES = "CUELIGHT_HTTP__PORT", "CUELIGHT_HTTP__PROBES_PORT"
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


def look_at_all(pages: Http, fetch: Fetch = fetch) -> list[Finding]:
    """Check the port of the pages, and that of probes, if they are to have one of their own."""
    probes = [_look(pages, pages.probes_port, _PROBES, fetch)] if pages.probes_port else []
    return [look(pages, fetch), *probes]


def look(pages: Http, fetch: Fetch = fetch) -> Finding:
    """Check the port: free, or served by a worker of ours."""
    return _look(pages, pages.port, _PAGES, fetch)


def _look(pages: Http, port: int, setting: str, fetch: Fetch) -> Finding:
    where = f"{pages.host}:{port}"
    if not port:
        return ok(NAME, f"turned off: {setting} is 0")
    if not is_loopback(pages.host) and pages.token is None:
        return problem(NAME, f"{where} is reachable from other machines", "Set CUELIGHT_HTTP__TOKEN.")
    trouble = _why_not_free(pages.host.strip("[]"), port)
    if trouble is None:
        return ok(NAME, f"{where} is free{'' if pages.token is None else '; /metrics asks for the token'}")
    if trouble.errno != errno.EADDRINUSE:
        cure = f"Set CUELIGHT_HTTP__HOST to an address of this machine, and {setting} to one above 1023."
        return problem(NAME, f"{where} cannot be served: {trouble.strerror}", cure)
    return _served(where, _WILDCARDS.get(pages.host, pages.host).strip("[]"), port, setting, fetch)


def _served(where: str, host: str, port: int, setting: str, fetch: Fetch) -> Finding:
    other = f"Set {setting} to a free port (0: none), or stop what listens there."
    try:
        _, overview = fetch(host, port, "/")
        status, alive = fetch(host, port, "/livez")
    except OSError:
        return problem(NAME, f"{where} is in use, and whoever has it does not answer", other)
    if overview.splitlines()[:1] != ["cuelight"]:
        return problem(NAME, f"{where} is in use by something else", other)
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
