"""What can go wrong between the worker and the provider.

    ProviderError
    +- NotSentError          nothing left this host: only a failure to connect proves that
    |  +- MissingSecretError    what the meeting is to be given is not set here
    +- UnansweredError       sent, and no answer came: it may have taken effect
    +- BadReplyError         an answer that is none of the provider's: unreadable, foreign, encoded, too large
    +- FaultyError           408 and 5xx: the provider's own trouble; it may have taken effect
    +- RateLimitedError      429: not done; wait
    +- CredentialsError      401, or 403 by the gateway: the operator's to mend
    +- NoSuchRouteError      404 by the gateway: a wrong account, app or address
    +- AbsentError           404 by the service itself: there is no such meeting, session or stream
    +- RefusedError          any other answer by the service that it did not do it

API reference, sections 7 and 8.
"""

from enum import StrEnum


class Fault(StrEnum):
    """Whose fault it is: the operator's first question."""

    OURS = "ours"
    OPERATOR = "operator"
    PROVIDER = "provider"
    NETWORK = "network"


class Effect(StrEnum):
    """What a mutating call may have done in spite of the error."""

    NONE = "none"
    UNKNOWN = "unknown"


class ProviderError(Exception):
    """A call that did not give what it was made for."""

    fault: Fault = Fault.PROVIDER
    effect: Effect = Effect.UNKNOWN

    def __init__(self, reason: str, *, status: int | None = None, request_id: str = "") -> None:
        self.reason = reason
        self.status = status
        self.request_id = request_id
        super().__init__(reason)

    def __str__(self) -> str:
        told = f"{self.status} {self.reason}" if self.status else self.reason
        return f"{told} (request {self.request_id})" if self.request_id else told


class NotSentError(ProviderError):
    """Nothing left this host."""

    fault = Fault.NETWORK
    effect = Effect.NONE


class MissingSecretError(NotSentError):
    """A secret that the meeting's fields name is not set where the worker runs."""

    fault = Fault.OPERATOR


class UnansweredError(ProviderError):
    """It was sent, and no answer came in time."""

    fault = Fault.NETWORK


class BadReplyError(ProviderError):
    """The answer cannot be the provider's own, or cannot be read."""


class FaultyError(ProviderError):
    """The provider has a problem of its own."""


class RateLimitedError(ProviderError):
    """Too many calls. `retry_after` is in seconds; None: not said."""

    fault = Fault.OURS
    effect = Effect.NONE

    def __init__(
        self, reason: str, *, retry_after: float | None, status: int = 429, request_id: str = ""
    ) -> None:
        super().__init__(reason, status=status, request_id=request_id)
        self.retry_after = retry_after


class CredentialsError(ProviderError):
    """The key or token is not accepted."""

    fault = Fault.OPERATOR
    effect = Effect.NONE


class NoSuchRouteError(ProviderError):
    """The gateway does not know this address: account, app or base URL are wrong."""

    fault = Fault.OPERATOR
    effect = Effect.NONE


class AbsentError(ProviderError):
    """The service says that what the call is about is not there."""

    effect = Effect.NONE


class RefusedError(ProviderError):
    """The service says that it did not do it."""

    fault = Fault.OURS
    effect = Effect.NONE
