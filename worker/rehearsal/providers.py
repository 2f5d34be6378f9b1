"""The simulated providers of a rehearsal, one for each quota group and flavour, and what is done to them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from config.settings import AccountSettings
from jobs.model import Broadcast
from worker.kit.clock import Clock
from worker.rehearsal.accounts import host_of, secret_of
from worker.rehearsal.faults import Mishap
from worker.simulator.auth import Credentials
from worker.simulator.knobs import Knobs
from worker.simulator.simulator import Simulator

_TURNED: Mapping[Mishap, Mapping[str, Any]] = {
    Mishap.SLOW: {"latency_s": 3.0},
    Mishap.ERRORS: {"error_rate": 0.15, "timeout_after_commit_rate": 0.05},
    Mishap.ERRORED: {"errored_probability": 1.0},
}
"""The knobs that a fault turns; they go back when it is over."""
_STRAIGHT = Knobs()


class Providers:
    """Every provider, by its host."""

    def __init__(
        self,
        accounts: Mapping[str, AccountSettings],
        broadcasts: Iterable[Broadcast],
        seed: int,
        clock: Clock,
    ) -> None:
        presets = sorted({host.preset for each in broadcasts for host in each.hosts})
        self.by_host: dict[str, Simulator] = {}
        self._of_account = {name: host_of(account) for name, account in accounts.items()}
        self._going_on: Counter[Mishap] = Counter()
        for account in accounts.values():
            knobs = _knobs(account, seed + len(self.by_host), presets)
            made = Simulator(knobs, clock, Credentials((secret_of(account),), "", "", ""))
            self.by_host.setdefault(host_of(account), made)
        self._limits = {host: each.world.knobs.rate_limit for host, each in self.by_host.items()}

    def of(self, account: str) -> Simulator:
        """Return the provider of an account. Raises `KeyError` for one that is not set up."""
        return self.by_host[self._of_account[account]]

    def begin(self, kind: Mishap, seconds: float) -> None:
        """Let a fault that befalls everybody begin."""
        self._going_on[kind] += 1
        for each in self.by_host.values():
            if kind is Mishap.TOO_MANY:
                each.turn(rate_limit=1, block_s=seconds)
            else:
                each.turn(**_TURNED[kind])

    def end(self, kind: Mishap) -> None:
        """Let it be over, unless another of its kind goes on."""
        self._going_on[kind] -= 1
        if self._going_on[kind]:
            return
        for host, each in self.by_host.items():
            each.turn(**self._straight(kind, host))

    def _straight(self, kind: Mishap, host: str) -> dict[str, Any]:
        if kind is Mishap.TOO_MANY:
            return {"rate_limit": self._limits[host], "block_s": _STRAIGHT.block_s}
        return {name: getattr(_STRAIGHT, name) for name in _TURNED[kind]}


def _knobs(account: AccountSettings, seed: int, presets: list[str]) -> Knobs:
    """An account that may make more calls than its flavour allows has a provider that allows as many."""
    knobs = Knobs(flavour=account.flavour.value, seed=seed)
    return knobs.turned(
        rate_limit=max(knobs.rate_limit, account.calls_per_5_minutes),
        presets=tuple(sorted({*knobs.presets, *presets})),
    )
