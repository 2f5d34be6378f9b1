"""Reads what is posted: no more than is wanted, and no longer than is bearable."""

import asyncio

from starlette.requests import ClientDisconnect, Request

MOST_BYTES = 64 * 1024
READ_WITHIN = 2.0
"""Seconds from the head to the last byte."""


class BodyError(Exception):
    """What was posted cannot be read; `status` says why, as HTTP does."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


async def read(request: Request, within: float = READ_WITHIN, most: int = MOST_BYTES) -> bytes:
    """Return the whole body.

    Raises:
        BodyError: it is too long (413), too slow (408), or cut off (400).
    """
    body = bytearray()
    try:
        async with asyncio.timeout(within):
            async for part in request.stream():
                body += part
                if len(body) > most:
                    raise BodyError(413, f"more than {most} bytes")
    except TimeoutError:
        raise BodyError(408, f"not received within {within:g} s") from None
    except ClientDisconnect:
        raise BodyError(400, "cut off") from None
    return bytes(body)
