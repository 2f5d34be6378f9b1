"""Stretches of time, in seconds since the beginning of the world."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From `start` until just before `end`."""

    start: float
    end: float

    @property
    def length(self) -> float:
        return self.end - self.start

    def has(self, at: float) -> bool:
        return self.start <= at < self.end


def without(span: Span, others: Iterable[Span]) -> Iterator[Span]:
    """Yield what is left of a span when the others are taken out."""
    at = span.start
    for other in sorted(others):
        if other.end <= at or other.start >= span.end:
            continue
        if other.start > at:
            yield Span(at, other.start)
        at = max(at, other.end)
    if at < span.end:
        yield Span(at, span.end)


def common(span: Span, others: Iterable[Span]) -> Iterator[Span]:
    """Yield what a span has in common with each of the others."""
    for other in sorted(others):
        start, end = max(span.start, other.start), min(span.end, other.end)
        if start < end:
            yield Span(start, end)


def joined(spans: Iterable[Span]) -> list[Span]:
    """Return the spans, those that touch as one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found
