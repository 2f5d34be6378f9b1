"""The layout is what docs/architecture.md says: its floors are those that import-linter holds."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
PACKAGES = sorted(
    each.parent.relative_to(ROOT)
    for top in ("worker", "config", "jobs")
    for each in ROOT.glob(f"{top}/**/__init__.py")
)

SENTENCES = 3
"""What belongs there, what does not, who may import it."""


def contracts() -> list[dict[str, list[str]]]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[dict[str, list[str]]] = settings["tool"]["importlinter"]["contracts"]
    return found


def floors() -> list[str]:
    """Return the floors as the contracts have them, from the top down."""
    layered = [each for each in contracts() if "layers" in each]
    within = {each["containers"][0]: each["layers"] for each in layered if "containers" in each}
    (packages,) = [each["layers"] for each in layered if "containers" not in each]
    return [
        line for package in packages for line in (package, *(f"  {each}" for each in within.get(package, [])))
    ]


def test_the_picture_of_the_floors_is_what_the_import_contracts_hold() -> None:
    (picture,) = re.findall(r"<!-- floors -->\n```\n(.*?)\n```\n<!-- /floors -->", ARCHITECTURE, re.DOTALL)
    assert picture.split("\n") == floors()


@pytest.mark.parametrize("package", PACKAGES, ids=str)
def test_each_package_says_what_belongs_there(package: Path) -> None:
    said = ast.get_docstring(ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf-8")))
    assert said
    assert re.search(r"import|may use", said), "it does not say who may import it"
    assert len(re.findall(r"[.:](?=\s|$)", said)) >= SENTENCES


def test_nothing_lies_loose_at_the_top_of_worker() -> None:
    assert [each.name for each in (ROOT / "worker").glob("*.py")] == ["__init__.py"]


def test_every_file_that_the_architecture_names_is_there() -> None:
    named = re.findall(r"\]\(([^)]+)\)", ARCHITECTURE)
    assert len(named) > 30
    assert [each for each in named if not (ROOT / "docs" / each).is_file()] == []
