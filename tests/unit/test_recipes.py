"""The schedule chapter of the README: every key, with its true default; every recipe, with what it airs."""

import re
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.calendar_model import CALENDAR
from config.crowds import Outlook
from config.entry_model import ENTRY
from config.schedule import Schedule, parse
from jobs.model import Broadcast
from jobs.quota.foreseen import Quotas
from jobs.schedule import durations
from jobs.schedule.entry import Entry
from jobs.schedule.recurrence import occurrences

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
NOW = datetime(2026, 12, 1, tzinfo=UTC) - timedelta(hours=12)
SAID = re.compile(r"- key: (\S+)\s+# airs (.+)")
USUAL = {each.name: each.default for each in fields(Broadcast)}


def chapter(title: str) -> str:
    return README.split(f"### {title}\n", 1)[1].split("\n## ", 1)[0].split("\n### ", 1)[0]


RECIPES = dict(re.findall(r"\n([^\n|`][^\n]*):\n\n```yaml\n(.*?)```", chapter("Recipes"), re.DOTALL))
ROWS = {
    row[0].strip(" `"): [cell.strip(" `") for cell in row[1:]]
    for line in chapter("Every key").splitlines()
    if line.startswith("| `") and (row := re.split(r"(?<!\\)\|", line)[1:-1])
}


def loaded(text: str) -> Schedule:
    reading = parse(
        text.encode(), "README.md", since=NOW, outlook=Outlook(Quotas(), NOW, NOW + timedelta(14))
    )
    assert reading.problems == ()
    assert reading.schedule
    return reading.schedule


def airs(entry: Entry, most: int) -> list[str]:
    found = occurrences(entry, NOW, NOW + timedelta(days=366))
    starts = [each.broadcast.window.starts_at.astimezone(ZoneInfo(entry.zone)) for each in found]
    return [f"{each:%Y-%m-%dT%H:%M}" for each in starts[:most]]


def test_there_are_twelve_recipes() -> None:
    assert len(RECIPES) >= 12


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_airs_what_it_says(name: str) -> None:
    said = {key: dates.split(", ") for key, dates in SAID.findall(RECIPES[name])}
    entries = {each.key: each for each in loaded(RECIPES[name]).entries}
    assert said.keys() == {key for key, each in entries.items() if not each.calendar}
    for key, dates in said.items():
        assert airs(entries[key], len(dates)) == dates


def test_every_key_is_in_the_table_and_nothing_else() -> None:
    assert ROWS.keys() == {**ENTRY, **CALENDAR}.keys()


@pytest.mark.parametrize("key", sorted(ROWS.keys() & USUAL.keys() - {"title", "hosts", "meeting"}))
def test_its_default_is_the_true_one(key: str) -> None:
    usual, (_, said, _) = USUAL[key], ROWS[key]
    true = durations.format(usual) if isinstance(usual, timedelta) else str(usual).lower()
    assert durations.parse(said) == usual if isinstance(usual, timedelta) else said == true
