"""A table: headings, and rows of texts beneath them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """What a table says, whatever draws it."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    """As long as the headings, each."""
