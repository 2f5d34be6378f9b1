"""Which quota the accounts that are set up share, and how much it is."""

from collections.abc import Mapping

from config.settings import AccountSettings
from jobs.quota.budget import Budget
from jobs.quota.foreseen import Quotas


def quotas_of(accounts: Mapping[str, AccountSettings]) -> Quotas:
    """Return the quota group of each account; the first account of a group says how many calls it has."""
    groups = {name: account.quota or name for name, account in accounts.items()}
    budgets: dict[str, Budget] = {}
    for name, account in accounts.items():
        budgets.setdefault(groups[name], Budget(calls=account.calls_per_5_minutes))
    return Quotas(groups, budgets)
