"""Rules that RFC 5545 forbids, each by its sentence, and neighbours that it allows."""

import pytest

from tests.support.rfc5545 import text
from tests.support.rfc5545.forbidden import sentence_against


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101T000000Z", "MUST NOT occur in the same 'recur'"),
        ("FREQ=WEEKLY;BYDAY=1MO", "not set to MONTHLY or YEARLY"),
        ("FREQ=DAILY;BYDAY=MO,-1FR", "not set to MONTHLY or YEARLY"),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO", "when the BYWEEKNO rule part is specified"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "when the FREQ rule part is set to WEEKLY"),
        ("FREQ=DAILY;BYYEARDAY=1", "set to DAILY, WEEKLY, or MONTHLY"),
        ("FREQ=WEEKLY;BYYEARDAY=1", "set to DAILY, WEEKLY, or MONTHLY"),
        ("FREQ=MONTHLY;BYYEARDAY=1", "set to DAILY, WEEKLY, or MONTHLY"),
        ("FREQ=MONTHLY;BYWEEKNO=1", "anything other than YEARLY"),
        ("FREQ=MONTHLY;BYWEEKNO=1;BYDAY=1MO", "anything other than YEARLY"),
        ("FREQ=HOURLY;BYWEEKNO=1", "anything other than YEARLY"),
        ("FREQ=DAILY;BYSETPOS=1", "in conjunction with another BYxxx rule part"),
    ],
)
def test_parts_that_do_not_go_together_are_refused_by_their_sentence(rule: str, words: str) -> None:
    assert words in str(sentence_against(text.read(rule)))


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=HOURLY;BYYEARDAY=1;BYMONTHDAY=1",
        "FREQ=YEARLY;BYDAY=53MO;BYMONTHDAY=-31",
        "FREQ=YEARLY;BYWEEKNO=-53;BYDAY=MO;BYMONTH=1",
        "FREQ=DAILY;BYSETPOS=-1;BYHOUR=9,10",
        "BYDAY=+1MO,-1FR,TU;FREQ=MONTHLY;UNTIL=20270101",
        "freq=weekly;byday=mo;wkst=su",
        "FREQ=DAILY;BYSECOND=60",
    ],
)
def test_what_the_table_allows_is_read(rule: str) -> None:
    assert sentence_against(text.read(rule)) is None


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("BYDAY=MO", "MUST be specified"),
        ("FREQ=FORTNIGHTLY", "FREQ"),
        ("FREQ=DAILY;FREQ=DAILY", "only be specified once"),
        ("FREQ=DAILY;BYWEEK=1", "none called BYWEEK"),
        ("FREQ=DAILY;INTERVAL=0", "positive integer"),
        ("FREQ=DAILY;COUNT=0", "always counts as the first"),
        ("FREQ=DAILY;COUNT=-1", "always counts as the first"),
        ("FREQ=DAILY;BYHOUR=24", "0 to 23"),
        ("FREQ=DAILY;BYHOUR=-1", "0 to 23"),
        ("FREQ=DAILY;BYMONTH=0", "1 to 12"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "1 to 31 or -31 to -1"),
        ("FREQ=YEARLY;BYYEARDAY=-367", "1 to 366"),
        ("FREQ=YEARLY;BYWEEKNO=54", "1 to 53"),
        ("FREQ=MONTHLY;BYDAY=0MO", "ordwk 1 to 53"),
        ("FREQ=MONTHLY;BYDAY=54MO", "ordwk 1 to 53"),
        ("FREQ=MONTHLY;BYDAY=", "ordwk 1 to 53"),
        ("FREQ=DAILY;BYMONTH=1,", "1 to 12"),
        ("FREQ=DAILY;WKST=1MO", "WKST"),
        ("FREQ=DAILY;UNTIL=20270230", "DATE or DATE-TIME"),
        ("FREQ=DAILY;UNTIL=20270101T240000Z", "DATE or DATE-TIME"),
    ],
)
def test_what_is_not_of_the_grammar_is_refused(rule: str, words: str) -> None:
    with pytest.raises(text.ForbiddenError, match=words):
        text.read(rule)
