"""Migrations lead to the tables that the statements are written for."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from tests.support.databases import schema_of
from tests.support.postgres import Postgres
from tests.unit.store.sqlite_house import at_once
from worker.store.engine.engines import open_engine
from worker.store.errors import SchemaError, StoreUnavailableError
from worker.store.opening import threaded
from worker.store.schema import migration
from worker.store.schema.conditions import UNFINISHED
from worker.store.schema.tables import metadata


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database where nothing was ever made."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'cuelight.db'}"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        with server.database(template="template0") as name:
            yield server.url(name)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'cuelight.db'}"


def connected(url: str) -> Connection:
    return open_engine(url, writes=False).connect()


def test_the_migrated_tables_are_those_of_the_statements(empty: str) -> None:
    migration.migrate(empty)
    with connected(empty) as connection:
        is_server = connection.dialect.name == "postgresql"  # SQLite's defaults are compared below
        opts = {"compare_type": True, "compare_server_default": is_server}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, metadata) == []


def test_defaults_cascades_and_partial_indexes_are_too(url: str, tmp_path: Path) -> None:
    """What Alembic does not compare, in SQLite's own words."""
    migration.migrate(url)
    other = f"sqlite:///{tmp_path / 'other.db'}"
    with open_engine(other, writes=True).begin() as connection:
        metadata.create_all(connection)
    assert facts(url) == facts(other)


def facts(url: str) -> set[tuple[object, ...]]:
    with connected(url) as connection:
        indexes = connection.execute(text("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql <> ''"))
        found = {tuple(row) for row in indexes}
        for table in metadata.tables:
            keys = connection.execute(text(f"PRAGMA foreign_key_list({table})"))
            found |= {(table, *row[2:]) for row in keys}
            found |= {(table, *row) for row in connection.execute(text(f"PRAGMA table_info({table})"))}
    return found


def test_constraints_and_partial_indexes_are_too_in_postgresql(postgres: Postgres) -> None:
    with postgres.database() as migrated, postgres.database(template="template0") as other:
        with open_engine(postgres.url(other), writes=True).begin() as connection:
            metadata.create_all(connection)
        assert facts_of_server(postgres, migrated) == facts_of_server(postgres, other) != set()


def facts_of_server(postgres: Postgres, database: str) -> set[tuple[object, ...]]:
    """Return what it says of everything but the checks of ids, which belong to the migration."""
    constraints = "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
    ours = " WHERE connamespace = 'public'::regnamespace AND contype <> 'c'"
    indexes = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
    found = [postgres.sql(each, database=database) for each in (constraints + ours, indexes)]
    return {row for rows in found for row in rows if row[0] != "alembic_version"}


def test_to_migrate_twice_is_to_migrate_once(empty: str) -> None:
    migration.migrate(empty)
    migration.migrate(empty)
    assert schema_of(empty) == migration.NEWEST == migration.revisions()[0]


def test_a_database_that_was_never_migrated_has_no_revision(empty: str) -> None:
    assert schema_of(empty) is None


def test_a_database_of_a_later_version_is_refused(url: str, tmp_path: Path) -> None:
    migration.migrate(url)
    with closing(sqlite3.connect(tmp_path / "cuelight.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.execute("UPDATE installation SET value = '9999' WHERE name = 'oldest_schema'")
    with pytest.raises(SchemaError, match="upgrade cuelight"):
        migration.migrate(url)


def test_a_database_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError, match="nowhere"):
        migration.migrate(f"sqlite:///{tmp_path}/nowhere/cuelight.db")


@pytest.mark.parametrize("url", ["mysql://localhost/x", "sqlite://"])
def test_a_url_that_cannot_be_used_is_refused_with_the_cure(url: str) -> None:
    with pytest.raises(ValueError, match="write sqlite:///PATH"):
        threaded(url)


def test_every_connection_is_durable_and_checks_references(url: str) -> None:
    migration.migrate(url)
    with connected(url) as connection:
        settings = [
            connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert settings == ["wal", 2, 1, 1500]


def test_the_unfinished_runs_are_found_through_their_index(tmp_path: Path) -> None:
    house = at_once(tmp_path / "cuelight.db")
    plan = house.sql(f"EXPLAIN QUERY PLAN SELECT id FROM runs WHERE {UNFINISHED} ORDER BY starts_at")  # noqa: S608 - the project's own condition
    assert "ix_runs_unfinished" in str(plan)
