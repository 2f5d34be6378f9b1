"""Whatever a file holds, reading it ends with a schedule or with problems, and never with a traceback."""

from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from config.entry_model import CHANGE, ENTRY
from config.problems import ProblemSeverity
from config.schedule import parse
from jobs.schedule.rule import PARTS
from tests.unit.config.written import ENTRY as GOOD_ENTRY
from tests.unit.config.written import EXAMPLE, TOP

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.dates()
    | st.datetimes()
    | st.sampled_from(
        [
            "2026-12-01T18:00",
            "2026-12-01",
            "2026-12-01T1800",
            "18:00",
            "1h",
            "0s",
            "366d",
            "skip",
            "shared",
            "at_start",
            "Europe/Berlin",
            "FREQ=DAILY",
            "FREQ=DAILY;BYHOUR=2,3",
            "FREQ=WEEKLY;BYDAY=TU;COUNT=3",
            "2199-12-31T23:59",
            "2000-01-01T00:00+14:00",
            "webinar",
            "DE-BY",
        ]
    )
)
WORDS = st.sampled_from(
    [*ENTRY, *CHANGE, "timezone", "defaults", "broadcasts", "name", "preset", "id", "at", "holidays"]
)
KEYS = WORDS | st.sampled_from([name.lower() for name in PARTS]) | st.dates().map(str) | st.text(max_size=5)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=20,
)
MOMENTS = st.datetimes().map(lambda at: at.isoformat(timespec="minutes"))
LIKELY: dict[str, st.SearchStrategy[Any]] = {
    "key": st.sampled_from(["a", "b", "webinar"]),
    "title": st.just("Webinar"),
    "start": st.sampled_from(["2026-12-01T18:00", "2026-12-01T18:00Z", "2027-03-28T02:30"]) | MOMENTS,
    "duration": st.sampled_from(["1h", "30h", "366d"]),
    "end": st.sampled_from(["06:30", "18:00", "2026-12-02T06:30"]),
    "repeat": st.sampled_from(
        ["FREQ=DAILY", "FREQ=HOURLY;INTERVAL=5", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"]
    ),
    "room": st.sampled_from(["own", "shared"]),
}
ENTRIES = st.fixed_dictionaries(
    {},
    optional={name: LIKELY.get(name, VALUES) if name in LIKELY else VALUES for name in ENTRY},
)
GOOD_STARTS = st.fixed_dictionaries(
    {name: LIKELY[name] for name in ("key", "title", "start")},
    optional={name: LIKELY.get(name, VALUES) for name in ENTRY if name not in {"key", "title", "start"}},
)


def judged(data: bytes) -> None:
    reading = parse(data, "f", accounts=["default"])
    errors = [each for each in reading.problems if each.severity is ProblemSeverity.ERROR]
    assert (reading.schedule is None) == bool(errors)
    assert all(each.line >= 1 and each.column >= 1 and "\n" not in str(each) for each in reading.problems)


@given(st.binary())
def test_any_bytes(data: bytes) -> None:
    judged(data)


@given(st.text())
def test_any_text(text: str) -> None:
    judged(text.encode(errors="surrogatepass"))


@given(st.text("[]{}:,-?!&*#|>'\"%@` \n\tab1~.", max_size=60))
def test_any_punctuation(text: str) -> None:
    judged(text.encode())


@given(VALUES)
def test_any_structure(value: Any) -> None:
    judged(yaml.safe_dump(value).encode(errors="surrogatepass"))


@given(st.lists(ENTRIES | GOOD_STARTS, max_size=3), st.sampled_from(["UTC", "Europe/Berlin", None]))
def test_any_values_under_the_right_keys(entries: list[Any], zone: str | None) -> None:
    document = {"broadcasts": entries} | ({"timezone": zone} if zone else {})
    judged(yaml.safe_dump(document).encode(errors="surrogatepass"))


@given(st.data())
def test_the_example_with_a_piece_missing_or_doubled(data: st.DataObject) -> None:
    text = EXAMPLE.read_bytes()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    judged(text[:start] + text[end:])
    judged(text[:end] + text[start:])


@given(KEYS, VALUES)
def test_one_more_line_on_a_good_entry(key: str, value: Any) -> None:
    line = yaml.safe_dump({key: value}, default_flow_style=True, width=10**6)
    judged(f"{TOP}{GOOD_ENTRY}    {line.strip()[1:-1]}\n".encode(errors="surrogatepass"))
