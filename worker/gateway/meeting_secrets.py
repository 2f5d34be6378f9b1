"""What a meeting's fields name by `secret_from`: put in its place while a call is made, and kept nowhere."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from config.secret_fields import names_in, variable_of, with_secrets
from worker.kit.clock import Clock
from worker.provider.errors import MissingSecretError

EVERY = 10.0
"""Seconds between two looks at where secrets are kept."""


@dataclass(slots=True)
class MeetingSecrets:
    """The secrets by their names, read again while they are used: a file may hold another by now."""

    values: Mapping[str, str]
    """By names in small letters."""
    read: Callable[[], Mapping[str, str] | None]
    """Reads them as they are set now; None: the settings are in error, and what was known stays."""
    clock: Clock
    _read_at: float | None = None

    def put_into(self, fields: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the fields as the provider is to have them.

        Raises:
            MissingSecretError: one of the names has no secret here.
        """
        names = list(names_in(dict(fields)))
        if not names:
            return fields
        self._look_again()
        if missing := [name for name in names if name not in self.values]:
            cure = f"set {variable_of(missing[0])}, or ..._FILE, where the worker runs"
            raise MissingSecretError(f"the secret {missing[0].upper()} of its meeting is not set: {cure}")
        filled: dict[str, Any] = with_secrets(dict(fields), self.values)
        return filled

    def _look_again(self) -> None:
        now = self.clock.monotonic()
        if self._read_at is None or now - self._read_at >= EVERY:
            self._read_at = now
            found = self.read()
            self.values = self.values if found is None else found
