"""What is installed beside us does not get in the way of our packages' plain names."""

from importlib.metadata import packages_distributions

import pytest


@pytest.mark.parametrize("name", ["worker", "jobs", "config"])
def test_no_dependency_ships_a_package_of_our_names(name: str) -> None:
    assert set(packages_distributions().get(name, ["cuelight"])) == {"cuelight"}
