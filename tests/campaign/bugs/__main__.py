"""Every bug, planted one after the other: python -m tests.campaign.bugs."""

import sys
from concurrent.futures import ProcessPoolExecutor

from tests.campaign.bugs import BUGS, worlds_needed


def main() -> int:
    """Plant every bug, one after the other, and print what caught it; return 0 if each was caught."""
    missed = 0
    with ProcessPoolExecutor(2) as pool:
        for name, needed in zip(BUGS, pool.map(_needed, BUGS), strict=True):
            missed += needed is None
            sys.stdout.write(f"{name:52} {BUGS[name].law:24} {needed or 'NOT CAUGHT'}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{len(BUGS) - missed} of {len(BUGS)} caught\n")
    return 1 if missed else 0


def _needed(name: str) -> int | None:
    return worlds_needed(BUGS[name])


if __name__ == "__main__":
    sys.exit(main())
