"""What an image tells of the packages within it."""

import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "deploy/notices.py"
DOCKERFILE = (SCRIPT.parent / "Dockerfile").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def told() -> str:
    done = subprocess.run([sys.executable, str(SCRIPT)], capture_output=True, text=True, check=True)
    return done.stdout


def test_every_installed_package_is_told_with_its_licence_and_source(told: str) -> None:
    for each in distributions():
        assert f"\n{each.metadata['Name']} {each.version}\nLicence: " in told


@pytest.mark.parametrize(("name", "licence"), [("psycopg", "LGPL"), ("certifi", "MPL")])
def test_what_asks_to_be_named_is_named_with_its_source_and_text(told: str, name: str, licence: str) -> None:
    (part,) = [each for each in told.split("=" * 80) if each.startswith(f"\n{name} ")]
    assert licence in part.split("\n")[2].replace("Lesser General Public License", "LGPL")
    assert "Source: https://" in part
    assert "\n--- LICENSE" in part


def test_the_image_holds_the_notices() -> None:
    assert "/opt/cuelight/bin/python deploy/notices.py > /opt/cuelight/NOTICES" in DOCKERFILE
    assert "!deploy/notices.py" in (SCRIPT.parents[1] / ".dockerignore").read_text(encoding="utf-8").split(
        "\n"
    )
