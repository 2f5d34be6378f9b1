"""What is installed beside something else is of the same version: the tests run on what users run on."""

import re
from pathlib import Path

LOCKS = sorted(Path(__file__).parents[2].glob("requirements*.txt"))
PINNED = re.compile(r"^([\w.-]+)==([^\s;\\]+)", re.MULTILINE)


def test_all_locks_pin_one_version_of_each_package() -> None:
    assert len(LOCKS) == 4
    versions: dict[str, set[str]] = {}
    for lock in LOCKS:
        for name, version in PINNED.findall(lock.read_text()):
            versions.setdefault(name, set()).add(version)
    assert len(versions) > 50
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}
