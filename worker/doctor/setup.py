"""The settings: whether they were taken, from where, and for which accounts."""

from collections.abc import Iterable
from pathlib import Path

from config.settings import Settings
from worker.doctor.finding import Finding, ok, problem, warning

NAME = "settings"


def loaded(settings: Settings, config: Path | None) -> Finding:
    """Tell which accounts are set up."""
    source = f"the environment and {config}" if config else "the environment; no --config file"
    if not settings.accounts:
        cure = "Set CUELIGHT_ACCOUNTS__DEFAULT__FLAVOUR and its credentials, or try `cuelight simulate`."
        return warning(NAME, f"no account is set up; from {source}", cure)
    accounts = ", ".join(f"{name} ({each.flavour})" for name, each in sorted(settings.accounts.items()))
    word = "account" if len(settings.accounts) == 1 else "accounts"
    return ok(NAME, f"{word} {accounts}; from {source}")


def refused(problems: Iterable[str]) -> list[Finding]:
    """Tell everything that is wrong with the settings."""
    cure = "Correct it where it is set; the README lists every setting."
    return [problem(NAME, each, cure) for each in problems]
