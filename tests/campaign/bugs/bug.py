"""A bug that somebody might write, and how it is planted."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Self
from unittest.mock import patch

from tests.campaign.scenario import Scenario

Patch = tuple[object, str, Any]
CROWD = 60
"""So many begin together where a bug shows only then."""


@dataclass(frozen=True)
class Bug:
    """What somebody did wrong, the law that has to see it, and what makes it so."""

    name: str
    law: str
    patches: tuple[Patch, ...] = field(repr=False)
    storm: str = ""
    """The fault that has to rage for it to show in few worlds."""
    takes: Callable[[Scenario], bool] = lambda _: True
    """Which worlds it can show in at all."""
    crowd: int = 0
    """It shows where so many begin together; 0: in any world."""
    life: Scenario | None = field(default=None, repr=False)
    """The one life it is looked for in; None: in the worlds of chance."""

    @classmethod
    def of(cls, name: str, law: str, *patches: Patch, **where: Any) -> Self:
        """Return a bug of these patches. `where`: what else makes it show."""
        return cls(name, law, patches, **where)

    @contextmanager
    def planted(self) -> Iterator[None]:
        with ExitStack() as stack:
            for owner, name, value in self.patches:
                stack.enter_context(patch.object(owner, name, value))
            yield


def nothing(*_: Any, **__: Any) -> None:
    """Stand for what is not done."""


async def idle(*_: Any, **__: Any) -> None:
    """Do nothing."""
