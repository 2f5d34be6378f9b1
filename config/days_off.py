"""Holidays by the code of their place, through the `holidays` package: imported when a schedule has any."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING

from config.problems import shown

if TYPE_CHECKING:
    from holidays import HolidayBase


@dataclass(frozen=True, slots=True)
class Holidays:
    """The public holidays of a country, or of a part of it, with the days on which they are observed.

    The package knows them up to the year 2100; those that go by the moon, of some countries, not so far.
    """

    code: str

    def name_of(self, day: date) -> str | None:
        """Return the holiday's name, in English where the package has it."""
        return _names(self.code, day.year).get(day)


def days_off(text: str) -> Holidays:
    """Read the code of a place: a country's two letters (ISO 3166-1), or with a part of it (DE-BY).

    Raises:
        ValueError: it is none; the message names the likely one.
    """
    word, dash, part = text.partition("-")
    country = _nearest(word, _countries())
    if country is None:
        raise ValueError(f"{shown(word)} is not a country with known holidays: write DE, or DE-BY")
    parts = _parts(country)
    found = _nearest(part, parts) if dash else None
    if dash and found is None:
        known = f"known: {', '.join(sorted(set(parts.values())))}" if parts else f"write {country}"
        raise ValueError(f"{country} has no holidays for {shown(part)}; {known}")
    meant = f"{country}-{found}" if dash else country
    if meant != text:
        raise ValueError(f"unknown holidays {shown(text)}; did you mean {meant}?")
    return Holidays(text)


@lru_cache(maxsize=1024)
def _names(code: str, year: int) -> Mapping[date, str]:
    country, _, part = code.partition("-")
    with warnings.catch_warnings(action="ignore"):  # It warns on stderr of years that it knows in part.
        return dict(_calendar(country, part or None, year))


def _calendar(country: str, part: str | None = None, year: int | None = None) -> "HolidayBase":
    from holidays import country_holidays  # noqa: PLC0415  It takes 0.2 s, and few schedules need it.

    return country_holidays(country, part, years=year, expand=False, language="en_US")


@lru_cache(maxsize=1)
def _countries() -> Mapping[str, str]:
    """Return the two letters of each country by all that it is called: DE, DEU, Germany."""
    from holidays.registry import COUNTRIES  # noqa: PLC0415  See above.

    return {word.casefold(): code for name, code, *more in COUNTRIES.values() for word in (name, code, *more)}


@lru_cache(maxsize=256)
def _parts(country: str) -> Mapping[str, str]:
    """Return the code of each part of a country by all that it is called: BY, Bayern."""
    known = _calendar(country)
    aliases = known.subdivisions_aliases.items()
    return {
        word.casefold(): part for word, part in (*aliases, *((each, each) for each in known.subdivisions))
    }


def _nearest(word: str, codes: Mapping[str, str]) -> str | None:
    near = get_close_matches(word.casefold()[:60], codes, n=1, cutoff=0.75)
    return codes[near[0]] if near else None
