"""The HTTP interface of a real worker: what the README has typed, and orders from the request to the air."""

import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.processes import Provider, Worker, free_port, iso, simulator, soon, wait_until, worker

pytestmark = pytest.mark.processes

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
TOKEN = "canary-of-booking-0123456789"  # noqa: S105  A canary.
SCHEDULE = (
    "timezone: UTC\nbroadcasts: [{key: weekly, title: Weekly, start: 2099-12-01T18:00, duration: 1h}]\n"
)
FLAGS = {"-H": "header", "-d": "data", "--data-binary": "data", "-X": "method"}


@pytest.fixture
def provider() -> Iterator[Provider]:
    with simulator() as made:
        yield made


@pytest.fixture
def host(tmp_path: Path, provider: Provider) -> Iterator[Worker]:
    own = {
        "CUELIGHT_HTTP__PORT": str(free_port()),
        "CUELIGHT_HTTP__TOKENS__BOOKING": TOKEN,
        "CUELIGHT_HTTP__SCOPES__BOOKING": "operate,links",
    }
    with worker(tmp_path, provider, **own) as made:
        made.start()
        wait_until("it answers", lambda: answers(made))
        yield made


def api(host: Worker) -> str:
    return f"http://127.0.0.1:{host.environment['CUELIGHT_HTTP__PORT']}/api/v1"


def answers(host: Worker) -> bool:
    try:
        return httpx.get(f"{api(host)}/openapi.json").status_code == 200
    except httpx.TransportError:
        return False


def asked(host: Worker, method: str, path: str, **how: object) -> httpx.Response:
    headers = {"authorization": f"Bearer {TOKEN}", "if-match": "*"}
    return httpx.request(method, api(host) + path, headers=headers, timeout=15, **how)  # type: ignore[arg-type]  # httpx's own.


def typed() -> tuple[dict[str, str], list[list[str]]]:
    """Return the variables that the README's block sets, and its commands."""
    (block,) = re.findall(r"```bash\n(.*?)```", README, re.DOTALL)
    first, *commands = block.strip().splitlines()
    return dict(each.split("=", 1) for each in shlex.split(first)), [shlex.split(each) for each in commands]


def as_curl_does(words: list[str], folder: Path) -> httpx.Response:
    """Ask as curl is told to."""
    assert words.pop(0) == "curl"
    headers, method, data, url = {}, "", None, ""
    while words:
        word = words.pop(0)
        match FLAGS.get(word):
            case "header":
                name, _, value = words.pop(0).partition(": ")
                headers[name] = value
            case "method":
                method = words.pop(0)
            case "data":
                given = words.pop(0)
                data = (folder / given[1:]).read_text() if given.startswith("@") else given
            case _ if word != "-i":
                url = word
    return httpx.request(method or ("GET" if data is None else "POST"), url, headers=headers, content=data)


def test_what_the_readme_has_typed_is_answered(host: Worker) -> None:
    (host.folder / "schedule.yaml").write_text(SCHEDULE)
    variables, commands = typed()
    known = {"TOKEN": TOKEN} | {
        name: value.replace("$TOKEN", TOKEN).replace("8080", host.environment["CUELIGHT_HTTP__PORT"])
        for name, value in variables.items()
    }
    assert len(commands) > 8
    for words in commands:
        filled = [re.sub(r"\$(\w+)", lambda found: known[found[1]], each) for each in words]
        filled = [each.replace("2026-12-01T18:00:00+01:00", iso(soon(3600))) for each in filled]
        if any(each.startswith('If-Match: "') for each in filled):
            host.await_state("town-hall", "ready")
            tag = asked(host, "GET", "/broadcasts/town-hall").headers["etag"]
            filled = [re.sub(r'If-Match: ".*"', f"If-Match: {tag}", each) for each in filled]
        answer = as_curl_does(filled, host.folder)
        assert answer.status_code in (200, 201, 202), f"{words}: {answer.text}"
    found = asked(host, "GET", "/broadcasts/town-hall").json()
    assert (found["title"], found["cancelled"]) == ("Town hall, live", True)


def test_a_show_is_added_extended_and_stopped_over_http_and_that_is_on_the_air(
    host: Worker, provider: Provider
) -> None:
    begins = soon(4)
    body = {"id": "show", "title": "Show", "starts_at": iso(begins), "duration": "15s", "prepare": "1h"}
    assert asked(host, "POST", "/broadcasts", json=body).status_code == 201
    host.await_state("show", "live")
    assert asked(host, "POST", "/broadcasts/show/extend", json={"by": "10m"}).status_code == 202
    wait_until("a worker picked it up", lambda: asked(host, "GET", "/broadcasts/show").json()["picked_up"])
    told = asked(host, "POST", "/broadcasts/show/stop", json={})
    assert told.status_code == 202
    host.await_state("show", "ended")
    request = told.headers["location"].removeprefix("/api/v1")
    assert wait_until("it is answered", lambda: asked(host, "GET", request).json()["answer"]) == "done"
    again = asked(host, "POST", "/broadcasts/show/reopen", json={"length": "5m"})
    where = again.headers["location"].removeprefix("/api/v1")
    assert wait_until("it is answered", lambda: asked(host, "GET", where).json()["answer"]) == "show.2"
    host.await_state("show.2", "live")
    assert asked(host, "POST", "/broadcasts/show.2/stop", json={}).status_code == 202
    host.await_state("show.2", "ended")
    why = {each["who"] for each in asked(host, "GET", "/broadcasts/show/journal").json()["items"]}
    assert "booking" in why
    assert TOKEN not in host.log()
    assert len(provider.meetings("Show")) == 1


def test_links_are_made_for_who_may_have_them_and_stand_nowhere(host: Worker) -> None:
    hosts = '[{"id": "studio", "name": "Studio", "preset": "webinar_presenter"}]'
    host.insert("show", soon(600), soon(900), prepare="1h", hosts=hosts)
    host.await_state("show", "ready")
    made = asked(host, "POST", "/broadcasts/show/links", json={}).json()["items"]
    assert [each["host"] for each in made] == ["studio"]
    database = host.database.read_bytes()
    assert made[0]["link"].rpartition("=")[2].encode() not in database
    assert made[0]["link"] not in host.log()


def test_it_is_described_and_reads_without_a_token_on_this_machine(
    tmp_path: Path, provider: Provider
) -> None:
    port = str(free_port())
    with worker(tmp_path, provider, CUELIGHT_HTTP__PORT=port) as host:
        host.start()
        wait_until("it answers", lambda: answers(host))
        assert httpx.get(f"{api(host)}/broadcasts").status_code == 200
        assert httpx.post(f"{api(host)}/broadcasts", json={}).status_code == 403
        assert os.environ.get("CUELIGHT_HTTP__TOKEN") is None
