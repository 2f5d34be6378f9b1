"""Who gives the command, what his orders go to, and how a refusal is shown."""

import getpass
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import click

from worker.cli.context import Context
from worker.cli.output import local
from worker.kit.clock import SystemClock

if TYPE_CHECKING:
    from worker.operations.operator import Operator
    from worker.operations.refusals import NotPickedUpError

T = TypeVar("T")


def operator() -> str:
    """Return who gives the command, for the journal: a name, or a number where it has none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def ordered(
    context: Context,
    order: Callable[["Operator"], Awaitable[T]],
    *,
    makes: bool = False,
    patience: float | None = None,
) -> T:
    """Carry out an order on the database; `makes` and `patience` as for `Context.with_store`.

    Raises:
        UsageError: what was typed cannot be run.
        ClickException: it was refused, or the database cannot be used.
    """
    from worker.operations.operator import Operator

    with refusals_shown():
        return context.with_store(
            lambda store: order(Operator(operator(), store, SystemClock())), makes=makes, patience=patience
        )


@contextmanager
def refusals_shown() -> Iterator[None]:
    """Show a refusal as click does.

    Raises:
        UsageError: what was typed cannot be run.
        ClickException: any other.
    """
    from worker.operations.refusals import AlreadyOverError, InvalidError, NotPickedUpError, RefusalError

    try:
        yield
    except AlreadyOverError as error:
        ended = local(error.ended_at)
        raise click.UsageError(f"it would have ended {ended} already: choose a later --start") from None
    except InvalidError as error:
        raise click.UsageError(str(error)) from None
    except NotPickedUpError as error:
        raise click.ClickException(_not_picked_up(error)) from None
    except RefusalError as error:
        raise click.ClickException(str(error)) from None


def _not_picked_up(error: "NotPickedUpError") -> str:
    seen_at = error.worker_seen_at
    since = f"no worker since {local(seen_at)}" if seen_at else "no worker has ever run on this database"
    return f"{error.written}: {since}; start one with `cuelight run`"
