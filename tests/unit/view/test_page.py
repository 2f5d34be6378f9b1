"""A page of all that ever was: each is on exactly one, and the latest are on the first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.view.page import PAGE, NoSuchPageError, page


@given(st.integers(0, 5 * PAGE))
def test_every_id_is_on_one_page_and_no_page_is_empty_but_the_first(count: int) -> None:
    ids = [str(number) for number in range(count)]
    pages = max(1, -(-count // PAGE))
    found = [page(ids, number) for number in range(pages, 0, -1)]
    assert [each for one in found for each in one.ids] == ids
    assert all(len(one.ids) == PAGE for one in found[1:])
    assert [one.left for one in reversed(found)] == [max(0, count - PAGE * n) for n in range(1, pages + 1)]
    with pytest.raises(NoSuchPageError, match=f"no page {pages + 1}: {count:,} broadcasts fill"):
        page(ids, pages + 1)
