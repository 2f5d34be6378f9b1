"""The calls of a minimal life, for contenders that are not cuelight: method, path, body."""

from typing import Any, NamedTuple


class Call(NamedTuple):
    method: str
    path: str
    body: dict[str, Any] | None = None


def create(title: str) -> Call:
    return Call("POST", "/meetings", {"title": title, "live_stream_on_start": True})


def shut(meeting: str) -> Call:
    return Call("PATCH", f"/meetings/{meeting}", {"status": "INACTIVE"})


def open_doors(meeting: str) -> Call:
    return Call("PATCH", f"/meetings/{meeting}", {"live_stream_on_start": True, "status": "ACTIVE"})


def read_stream(meeting: str) -> Call:
    return Call("GET", f"/meetings/{meeting}/active-livestream")


def stop(meeting: str) -> Call:
    return Call("POST", f"/meetings/{meeting}/active-livestream/stop", {})


def close(meeting: str) -> Call:
    return Call("PATCH", f"/meetings/{meeting}", {"live_stream_on_start": False, "status": "INACTIVE"})


def is_live(status: int, found: dict[str, Any]) -> bool:
    """Whether a read of the stream says LIVE."""
    return status == 200 and found["data"]["status"] == "LIVE"
