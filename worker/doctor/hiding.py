"""Nothing that is shown or shared holds a credential, or says whose account it was."""

from worker.kit.logs import Redaction
from worker.provider.flavours import Account


def hides(account: Account) -> Redaction:
    """Return what hides an account's secrets, and the ids of its owner."""
    return Redaction([*account.secrets, account.account_id, account.app_id, account.org_id])
