"""Which well-formed parts RFC 5545 forbids together, each with the sentence of section 3.3.10 that does."""

from collections.abc import Callable

from tests.support.rfc5545.text import Rule


def sentence_against(rule: Rule) -> str | None:
    """Return the first sentence of the RFC that this rule breaks; None: it may be used."""
    return next((sentence for sentence, breaks in _SENTENCES.items() if breaks(rule)), None)


def _numbered(rule: Rule) -> bool:
    return any(number for number, _ in rule.by_day)


def _has(part: str, *frequencies: str) -> Callable[[Rule], bool]:
    return lambda rule: part in rule.parts and rule.freq in frequencies


_SENTENCES: dict[str, Callable[[Rule], bool]] = {
    "The UNTIL or COUNT rule parts are OPTIONAL, but they MUST NOT occur in the same 'recur'.": (
        lambda rule: rule.count is not None and rule.until is not None
    ),
    "The BYDAY rule part MUST NOT be specified with a numeric value when the FREQ rule part is not set to "
    "MONTHLY or YEARLY.": lambda rule: _numbered(rule) and rule.freq not in ("MONTHLY", "YEARLY"),
    "The BYDAY rule part MUST NOT be specified with a numeric value with the FREQ rule part set to YEARLY "
    "when the BYWEEKNO rule part is specified.": (
        lambda rule: _numbered(rule) and rule.freq == "YEARLY" and "BYWEEKNO" in rule.parts
    ),
    "The BYMONTHDAY rule part MUST NOT be specified when the FREQ rule part is set to WEEKLY.": (
        _has("BYMONTHDAY", "WEEKLY")
    ),
    "The BYYEARDAY rule part MUST NOT be specified when the FREQ rule part is set to DAILY, WEEKLY, or "
    "MONTHLY.": _has("BYYEARDAY", "DAILY", "WEEKLY", "MONTHLY"),
    "[BYWEEKNO] MUST NOT be used when the FREQ rule part is set to anything other than YEARLY.": (
        lambda rule: "BYWEEKNO" in rule.parts and rule.freq != "YEARLY"
    ),
    "[BYSETPOS] MUST only be used in conjunction with another BYxxx rule part.": (
        lambda rule: rule.parts == {"BYSETPOS"}
    ),
}
