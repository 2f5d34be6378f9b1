"""What every command starts from: the settings, and the database that they name."""

import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from worker.cli.output import LinesError

if TYPE_CHECKING:
    from config.settings import Settings
    from worker.store.store import Store

T = TypeVar("T")


class NothingHereError(click.ClickException):
    """There is no database to read."""


@dataclass(frozen=True, slots=True)
class Context:
    """The options given before the command."""

    config: Path | None
    flags: Mapping[str, object]

    def settings(self, **flags: object) -> "Settings":
        """Load the settings.

        Raises:
            ClickException: with every problem and its cure.
        """
        from config.settings import SettingsError, load

        try:
            return load(os.environ, self.config, {**self.flags, **flags})
        except SettingsError as error:
            raise LinesError(error.problems) from None

    def with_store(
        self, work: Callable[["Store"], Awaitable[T]], *, makes: bool = False, patience: float | None = None
    ) -> T:
        """Do some work with the database open. `makes`: one is made, or upgraded, if need be.

        `patience`: seconds that one call may take, if another number than a worker has.

        Raises:
            NothingHereError: there is none, and this makes none.
            ClickException: the database cannot be used.
        """
        import asyncio

        from worker.installation.database import NothingThereError, open_store, store_there
        from worker.store.engine.lanes import PATIENCE
        from worker.store.errors import StoreError

        async def opened() -> T:
            within = patience or PATIENCE
            settings = self.settings()
            store = (
                open_store(settings, patience=within)
                if makes
                else await store_there(settings, patience=within)
            )
            try:
                return await work(store)
            finally:
                await store.close()

        try:
            return asyncio.run(opened())
        except NothingThereError as error:
            raise NothingHereError(str(error)) from None
        except StoreError as error:
            raise click.ClickException(f"the database cannot be used: {error}") from None


pass_context = click.make_pass_decorator(Context)
