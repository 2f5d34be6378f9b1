"""What a screen contains is said without what draws it, without a clock, and without the database."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import worker.view

VALUES = sorted(Path(worker.view.__file__).parent.glob("*.py"))
FOREIGN = (
    "rich",
    "click",
    "asyncio",
    "sqlalchemy",
    "worker.view.rich",
    "worker.kit.clock",
    "worker.store.store",
)


def imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (str(node.module), *(f"{node.module}.{each.name}" for each in node.names))


@pytest.mark.parametrize("file", VALUES, ids=lambda each: each.stem)
def test_a_module_of_values_draws_nothing_and_reads_nothing(file: Path) -> None:
    assert not [
        each for each in imported(file) if f"{each}.".startswith(tuple(f"{name}." for name in FOREIGN))
    ]


def test_the_modules_are_found() -> None:
    assert {"board", "details", "story", "workers", "alerts"} <= {each.stem for each in VALUES}
