"""Which deliveries came already: the provider delivers at least once, and signs no time (section 9)."""

MOST_KEPT = 10_000
LONGEST = 64
"""Characters of an id that count: who sends a longer one gets no more of our memory."""


class Deliveries:
    """The last ids that were taken, the oldest forgotten first."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._most = most
        self._known: dict[str, None] = {}

    def knows(self, delivery: str) -> bool:
        """Whether this one came before. One without an id is new each time."""
        return delivery[:LONGEST] in self._known

    def add(self, delivery: str) -> None:
        """Keep it in mind."""
        if not delivery:
            return
        self._known[delivery[:LONGEST]] = None
        if len(self._known) > self._most:
            del self._known[next(iter(self._known))]
