"""Nothing that is shown or shared holds a credential, or says whose account it was."""

from worker.logs import Redaction
from worker.provider.flavours import Account

SHORTEST_ID = 5
"""Characters: hiding a shorter id would hide half of everything else."""


def hides(account: Account) -> Redaction:
    """Return what hides an account's secrets, and the ids of its owner."""
    ids = (account.account_id, account.app_id, account.org_id)
    return Redaction([*account.secrets, *(each for each in ids if len(each) >= SHORTEST_ID)])
