"""What the README shows is true."""

import re
from pathlib import Path

from config import schedule
from config.settings import Settings
from worker.cli import COMMANDS

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)


def test_its_schedule_is_valid() -> None:
    text = next(body for kind, body in BLOCKS if kind == "yaml")
    reading = schedule.parse(text.encode(), "README.md")
    assert reading.schedule
    assert [each for each in reading.problems if each.severity == "error"] == []


def test_every_command_it_names_exists_and_every_command_is_named() -> None:
    named = set(re.findall(r"cuelight ([a-z]+)", " ".join(body for kind, body in BLOCKS if kind == "sh")))
    assert named <= set(COMMANDS)
    assert {name for name in COMMANDS if f"`{name}" in README or f"cuelight {name}" in README} == set(
        COMMANDS
    )


def test_its_settings_exist() -> None:
    named = {name.lower() for name in re.findall(r"`CUELIGHT_([A-Z_]+?)(?:__|`)", README)}
    assert named
    assert named <= set(Settings.model_fields)
