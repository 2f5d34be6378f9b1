"""Somebody before a browser without scripts: keeps cookies, follows links, fills in forms."""

import re
from html.parser import HTMLParser
from typing import Any

import httpx

from tests.unit.web.api.interface_world import TOKENS, Interface

HTML = {"accept": "text/html,application/xhtml+xml"}


class Form(HTMLParser):
    """The fields of the form that is sent to an address."""

    def __init__(self, page: str, action: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._action, self._inside, self._text = action, False, ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._inside = given.get("action", self._action) == self._action
        if not self._inside or not (name := given.get("name")):
            return
        self._text = name if tag == "textarea" else ""
        self.fields[name] = given.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self._inside and self._text:
            self.fields[self._text] += data

    def handle_endtag(self, tag: str) -> None:
        self._text = "" if tag == "textarea" else self._text
        self._inside = self._inside and tag != "form"


class Visitor:
    """Looks at the pages of a worker."""

    def __init__(self, interface: Interface, host: str = "localhost") -> None:
        self.interface = interface
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(interface.app, client=("127.0.0.1", 1)),
            base_url=f"http://{host}",
            headers=HTML,
        )

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(path, headers=headers)

    async def post(self, path: str, fields: dict[str, str], **headers: str) -> httpx.Response:
        return await self.client.post(path, data=fields, headers=headers)

    async def send(self, page: httpx.Response, action: str, **changed: Any) -> httpx.Response:
        """Send a form of a page."""
        fields = Form(page.text, action).fields
        assert "form" in fields, f"no form for {action}: {page.text}"
        return await self.post(action, fields | changed)

    async def log_in(self, name: str) -> None:
        page = await self.get("/login")
        answer = await self.send(page, "/login", token=TOKENS[name])
        assert (answer.status_code, answer.headers["location"]) == (303, "/"), answer.text

    async def press(self, broadcast_id: str, order: str) -> httpx.Response:
        """Press the button of an order, and confirm it."""
        path = f"/orders/{order}/{broadcast_id}"
        return await self.send(await self.get(path), path)


def heading(page: httpx.Response) -> str:
    found = re.search(r"<h1>(.*?)</h1>", page.text)
    return found[1] if found else ""
