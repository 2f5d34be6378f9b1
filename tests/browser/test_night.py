"""A night with a real browser before a real worker: by mouse, by keyboard, without scripts; and axe-core."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.night import TOKENS, Night
from tests.browser.operator import Person
from tests.support.processes import iso, soon

pytestmark = pytest.mark.processes

SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1440, "height": 900}}
PAGES = ("/", "/fortnight", "/schedule", "/workers", "/log", "/broadcasts/{air}", "/orders/stop/{air}")
SCHEDULE = """\
timezone: UTC
broadcasts:
  - {key: KEY, title: From the file, start: 2099-12-01T18:00, duration: 1h}
"""

Make = Callable[..., Person]


@pytest.fixture
def make(tonight: Night, chromium: Any) -> Iterator[Make]:
    contexts = []

    def made(
        size: str = "desk", scheme: str = "light", *, scripts: bool = True, keys: bool = False
    ) -> Person:
        context = chromium.new_context(viewport=SIZES[size], color_scheme=scheme, java_script_enabled=scripts)
        contexts.append(context)
        return Person(tonight, context.new_page(), by_keyboard=keys)

    yield made
    for each in contexts:
        each.close()


def planned(night: Night, name: str, *, after: float = 4) -> tuple[str, str, str]:
    """Insert one that airs, another that does, and one that was missed."""
    air, other, missed = f"{name}-air", f"{name}-other", f"{name}-missed"
    night.host.insert(air, soon(after), soon(900), prepare="1h", title="Vespers from the cathedral")
    night.host.insert(other, soon(2), soon(900), prepare="1h", title="Town hall, all hands")
    night.host.insert(missed, soon(-600), soon(1), live_within="1s", late_start="1s", title="Morning prayer")
    return air, other, missed


@pytest.mark.parametrize(
    ("size", "scheme", "keys"), [("desk", "light", False), ("phone", "dark", True)], ids=["mouse", "keyboard"]
)
def test_a_night_is_watched_extended_stopped_planned_and_explained(
    make: Make,
    tonight: Night,
    size: str,
    scheme: str,
    keys: bool,  # noqa: FBT001  Drawn by pytest.
) -> None:
    ann = make(size, scheme, keys=keys)
    ann.log_in()
    air, other, missed = planned(tonight, f"{size}{scheme}")
    ann.page.wait_for_selector(f'.slot[data-id="{air}"]')
    before = ann.loads
    ann.page.wait_for_selector(f'.slot[data-id="{air}"][data-word="LIVE"]', timeout=30000)
    assert ann.loads == before, "it was shown live without reloading"
    ann.press(f"[id='e-{air}']")
    ann.press("main button")
    ann.reads("extended it by 15m")
    ann.press("nav a[href='/']")
    tonight.host.await_state(other, "live")
    ann.press(f"[id='s-{other}']")
    ann.reads("takes it off the air now")
    ann.press("main button")
    tonight.host.await_state(other, "ended")
    ann.page.wait_for_selector(f'.slot[data-id="{other}"][data-word="ended"]', timeout=20000)
    tonight.host.await_state(missed, "missed")
    ann.press("nav a[href='/']")
    ann.press(f"[id='b-{missed}']")
    ann.reads("never aired")
    plan_and_apply(ann, f"{size}-{scheme}")
    assert not ann.complaints


def plan_and_apply(person: Person, key: str) -> None:
    person.press("nav a[href='/schedule']")
    person.write("#text", SCHEDULE.replace("KEY", key).replace("duration", "duratoin"))
    person.press("main form[action='/schedule/plan'] button")
    person.reads("duratoin")
    person.page.wait_for_selector(".excerpt .wrong")
    person.complaints.clear()  # A browser says of itself that it was answered 422.
    person.write("#text", SCHEDULE.replace("KEY", key))
    person.press("main form[action='/schedule/plan'] button")
    person.reads("What it would change")
    if person.page.locator("#confirmed").count():
        person.page.check("#confirmed")
    person.press("main form[action='/schedule/apply'] button")
    person.reads("It is in force")


def test_without_scripts_it_is_the_same_by_reloading(make: Make, tonight: Night) -> None:
    ann = make("phone", scripts=False)
    ann.log_in()
    air, other, _ = planned(tonight, "plain")
    tonight.host.await_state(other, "live")
    ann.page.wait_for_selector(f'.slot[data-id="{other}"][data-word="LIVE"]', timeout=20000)
    ann.press(f"[id='s-{other}']")
    ann.press("main button")
    tonight.host.await_state(other, "ended")
    ann.page.wait_for_selector(f'.slot[data-id="{other}"][data-word="ended"]', timeout=20000)
    tonight.host.await_state(air, "live")
    ann.go(f"/orders/extend/{air}")
    ann.press("main button")
    ann.page.wait_for_url(f"**/broadcasts/{air}")
    plan_and_apply(ann, "plain")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_axe_finds_nothing_and_no_page_is_wider_than_its_window(
    make: Make, tonight: Night, size: str, scheme: str, request: pytest.FixtureRequest
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    air, other, missed = planned(tonight, f"axe{size}{scheme}", after=2)
    tonight.host.await_state(air, "live")
    tonight.host.await_state(missed, "missed")
    ann = make(size, scheme)
    ann.go("/login")
    assert axe.run(ann.page).violations_count == 0
    ann.log_in()
    for path in PAGES:
        ann.go(path.format(air=air))
        found = axe.run(ann.page)
        assert found.violations_count == 0, found.generate_report()
        wide = ann.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= SIZES[size]["width"], path
        _picture(ann, request, path.format(air=other))
    assert not ann.complaints


def _picture(person: Person, request: pytest.FixtureRequest, path: str) -> None:
    """Keep what it looks like, for people to look at."""
    folder = os.environ.get("PICTURES")
    if folder:
        name = f"{request.node.name}-{path.strip('/').replace('/', '-') or 'tonight'}.png"
        person.page.screenshot(path=Path(folder, name), full_page=True)


def test_a_browser_holds_one_stream_however_many_pages_it_shows(make: Make) -> None:
    ann = make()
    ann.log_in()
    asked: list[str] = []

    def note(request: Any) -> None:
        asked.append(request.url)

    ann.page.context.on("request", note)
    for _ in range(7):
        page = ann.page.context.new_page()
        page.goto(ann.night.url + "/")
        page.wait_for_selector(".as-of")
    assert any(each.endswith(".js") for each in asked)
    assert sum(each.endswith("/live") for each in asked) <= 1


def test_a_page_says_that_it_is_stale_once_its_worker_is_gone(make: Make, tonight: Night) -> None:
    ann = make()
    ann.log_in()
    try:
        tonight.host.kill()
        ann.reads("Stale: no word from the worker", within=25)
    finally:
        tonight.host.start()
    ann.page.wait_for_selector("#stale", state="hidden", timeout=30000)


@pytest.mark.alone
def test_a_change_is_on_an_open_page_within_a_second(make: Make, tonight: Night) -> None:
    ann = make("phone")
    ann.log_in()
    took = []
    for number in range(5):
        name = f"quick-{number}"
        tonight.host.insert(name, soon(3600), soon(7200), title=name)
        tonight.host.await_state(name, "planned", "ready")
        ann.page.evaluate("window.began = performance.now()")
        ann.page.wait_for_selector(f'.slot[data-id="{name}"]', timeout=5000)
        took.append(ann.page.evaluate("performance.now() - window.began"))
    assert sorted(took)[len(took) // 2] < 1000, took


def test_a_page_for_which_there_was_no_place_is_loaded_again_soon(make: Make, tonight: Night) -> None:
    ann = make()
    ann.log_in()
    refusing, refused = [True], 0

    def refuse(route: Any) -> None:
        nonlocal refused
        if refusing:
            refused += 1
            route.fulfill(status=503)
        else:
            route.continue_()

    ann.page.route(tonight.url + "/", refuse)
    tonight.host.insert("crowded", soon(3600), soon(7200), title="crowded")
    tonight.host.await_state("crowded", "ready")
    ann.page.wait_for_timeout(2000)  # What happened has been told by now, and nothing else happens.
    refusing.clear()
    ann.page.wait_for_selector('.slot[data-id="crowded"]', timeout=10000)
    assert refused


def test_the_token_stands_nowhere_that_a_page_could_read(make: Make) -> None:
    ann = make()
    ann.log_in()
    kept = ann.page.evaluate(
        "document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)"
    )
    assert TOKENS["ann"] not in kept + ann.page.content()
    assert "cuelight_session" not in kept


def test_instants_are_told_by_one_clock(make: Make) -> None:
    ann = make()
    ann.log_in()
    assert iso(soon(0))[:4] in ann.page.get_attribute("main", "data-now")
