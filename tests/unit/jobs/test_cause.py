"""What a trouble is in substance: its status and words, without what differs each time."""

import pytest

from jobs.cause import alike, substance


@pytest.mark.parametrize(
    ("trouble", "is_"),
    [
        ("502 bad gateway (request 8c1f02aa-FRA)", "502 bad gateway"),
        ("503 no reason given", "503 no reason given"),
        ("FaultyError: 503 no reason given", "FaultyError: 503 no reason given"),
        ("no whole answer within 8 s", "no whole answer within # s"),
        ("a pass hung: 120 s", "a pass hung: # s"),
        ("422 preset 'webinar_presenter' is none", "422 preset 'webinar_presenter' is none"),
        ("500 failed, trace 8c1f02aa77, try 3", "500 failed, trace #, try #"),
        ("500 of 0d1f069d-43bb-489a-ad8c-7eb95592ba8e", "500 of #"),
        ("TypeError: <object at 0x7f30>", "TypeError: <object at #>"),
        ("429 too many calls", "429 too many calls"),
        ("decade faced", "decade faced"),
        ("", ""),
    ],
)
def test_what_differs_each_time_is_left_out_and_a_status_stays(trouble: str, is_: str) -> None:
    assert substance(trouble) == is_
    assert substance(is_) == is_


def test_texts_that_differ_in_numbers_alone_say_the_same() -> None:
    assert alike("off for 12 s", "off for 1,250.5 s")
    assert alike("no answer: 502 bad (request a1)", "no answer: 503 bad (request b2)")
    assert not alike("no answer: bad", "no answer: worse")
