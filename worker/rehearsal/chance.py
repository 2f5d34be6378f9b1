"""Chance that repeats itself: each draw follows from the seed and what it is drawn for, not from order."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def fraction(*key: object) -> float:
    """Return a number from 0 up to 1 that is always the same for the same key."""
    return int.from_bytes(hashlib.blake2b(repr(key).encode(), digest_size=7).digest(), "big") / 2**56


def chosen(options: Sequence[T], *key: object) -> T:
    """Return one of the options, always the same for the same key."""
    return options[int(fraction(*key) * len(options))]
