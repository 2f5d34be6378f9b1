"""Random rules by the product and by an own reading of RFC 5545; `make recurrence` compares 20,000."""

from collections import Counter
from dataclasses import replace
from datetime import datetime

import pytest

from tests.recurrence import product
from tests.recurrence.__main__ import told
from tests.recurrence.argued import argument_for
from tests.recurrence.compared import compare
from tests.recurrence.drawn import BOUNDS, FREQUENCIES, Case, case
from tests.support.rfc5545 import text
from tests.support.rfc5545.forbidden import sentence_against

RULES = 240
BLOCKS = 6
WEEKLY = Case(0, "FREQ=WEEKLY;BYDAY=TU", datetime.fromisoformat("2026-12-01T18:00"), "Europe/Berlin")


@pytest.mark.parametrize("block", range(BLOCKS))
def test_a_random_rule_has_the_occurrences_that_the_rfc_gives_it(block: int) -> None:
    outcomes = [compare(case(seed)) for seed in range(block, RULES, BLOCKS)]
    found = [outcome.difference for outcome in outcomes if outcome.difference]
    assert not [told(each) for each in found if not argument_for(each)]
    assert sum(outcome.instants for outcome in outcomes) > 10_000
    assert sum(outcome.instants > 0 for outcome in outcomes) > RULES // BLOCKS // 2


def test_random_rules_are_of_every_kind() -> None:
    cases = [case(seed) for seed in range(RULES)]
    names = Counter(part.partition("=")[0] for each in cases for part in each.rule.split(";"))
    assert names.keys() >= {*BOUNDS, "BYDAY", "COUNT", "UNTIL", "WKST", "INTERVAL"}
    for freq in FREQUENCIES:
        assert sum(f"FREQ={freq}" in each.rule for each in cases) >= 10
    assert sum(product.refusal(each.rule) is not None for each in cases) >= 10


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY rule part MUST NOT"),
        ("FREQ=MONTHLY;BYYEARDAY=1", "BYYEARDAY rule part MUST NOT"),
    ],
)
def test_a_rule_that_only_the_product_takes_is_told_with_the_sentence_against_it(
    rule: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(product, "refusal", lambda _: None)
    difference = compare(replace(WEEKLY, rule=rule)).difference
    assert difference
    assert sentence in told(difference)


def test_a_rule_that_only_the_product_refuses_is_told_with_its_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(product, "refusal", lambda _: "not on Tuesdays")
    difference = compare(WEEKLY).difference
    assert difference
    assert "refused: not on Tuesdays" in told(difference)


@pytest.mark.parametrize("shift", [0, 3600])
def test_an_occurrence_that_is_missing_late_or_twice_is_found(
    shift: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = product.broadcasts

    def fourth_moved(each: Case, since: int, to: int) -> list[int]:
        found = asked(each, since, to)
        return [*found[:3], *([found[3] + shift] if shift else []), *found[4:]]

    monkeypatch.setattr(product, "broadcasts", fourth_moved)
    difference = compare(WEEKLY).difference
    assert difference
    assert "Tue 2026-12-22 18:00+0100" in difference.rfc


def test_an_occurrence_that_airs_twice_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = product.broadcasts
    monkeypatch.setattr(product, "broadcasts", lambda *asking: sorted(asked(*asking) * 2))
    assert compare(WEEKLY).difference


def test_a_rule_that_no_worker_can_air_is_refused_though_the_rfc_allows_it() -> None:
    for rule in ("FREQ=MINUTELY", "FREQ=SECONDLY;INTERVAL=100", "FREQ=HOURLY;BYMINUTE=0,20,40"):
        assert sentence_against(text.read(rule)) is None
        assert compare(replace(WEEKLY, rule=rule)).refused


@pytest.mark.parametrize(("count", "argued"), [(4, True), (3, False)])
def test_a_difference_is_argued_only_where_its_argument_explains_all_of_it(
    *, count: int, argued: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = replace(WEEKLY, rule="FREQ=DAILY;COUNT=5", start=datetime.fromisoformat("2011-12-28T18:00"))
    in_samoa = replace(missing, zone="Pacific/Apia")
    asked = product.broadcasts
    monkeypatch.setattr(
        product, "broadcasts", lambda each, since, to: sorted(set(asked(each, since, to)))[:count]
    )
    difference = compare(in_samoa).difference
    assert difference
    assert (argument_for(difference) is not None) is argued
