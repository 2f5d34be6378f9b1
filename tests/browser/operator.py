"""Whoever is on call, before a real browser: by mouse, or by keyboard alone."""

from dataclasses import dataclass, field
from typing import Any

from tests.browser.night import TOKENS, Night

STEPS = 80
"""Presses of Tab after which a thing counts as out of reach."""


@dataclass
class Person:
    """One of them."""

    night: Night
    page: Any
    by_keyboard: bool = False
    loads: int = 0
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._said)
        self.page.on("framenavigated", self._loaded)

    def _said(self, message: Any) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def _loaded(self, _frame: object) -> None:
        self.loads += 1

    def go(self, path: str) -> None:
        self.page.goto(self.night.url + path)

    def log_in(self, name: str = "ann") -> None:
        self.go("/login")
        self.write("#token", TOKENS[name])
        self.press("main button")
        self.page.wait_for_url(self.night.url + "/")

    def press(self, selector: str) -> None:
        """Press a link or a button."""
        if not self.by_keyboard:
            self.page.click(selector)
            return
        self._reach(selector)
        self.page.keyboard.press("Enter")

    def write(self, selector: str, text: str) -> None:
        if not self.by_keyboard:
            self.page.fill(selector, text)
            return
        self._reach(selector)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def reads(self, text: str, within: float = 20.0) -> None:
        """Wait until the page says so."""
        self.page.get_by_text(text).first.wait_for(timeout=within * 1000)

    def _reach(self, selector: str) -> None:
        """Go there by the Tab key, and see that it shows where one is."""
        self.page.wait_for_selector(selector)
        for _ in range(STEPS):
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                break
            self.page.keyboard.press("Tab")
        else:
            raise AssertionError(f"the keyboard does not reach {selector}")
        style = self.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert style != "none", f"nothing shows that {selector} has the focus"
