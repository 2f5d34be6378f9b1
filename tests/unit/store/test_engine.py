"""A database's URL in parts."""

import pytest

from worker.store.engine.engines import parsed


def test_several_hosts_are_parameters_of_the_connection() -> None:
    found = parsed("postgresql://worker:p%40ss@h1:5432,h2:5433/cuelight?sslmode=require")
    assert found.query == {"host": ("h1:5432", "h2:5433"), "sslmode": "require"}
    assert (found.username, found.password, found.database) == ("worker", "p@ss", "cuelight")


@pytest.mark.parametrize("url", ["postgresql://u:canary@h:54x/db", "mysql://u:canary@h/db", "canary"])
def test_what_cannot_be_read_is_told_without_any_of_it(url: str) -> None:
    with pytest.raises(ValueError, match="write sqlite:///PATH") as raised:
        parsed(url)
    assert "canary" not in str(raised.value)
