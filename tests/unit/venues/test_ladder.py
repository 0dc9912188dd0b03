"""One side of a book: every digit kept, everything that is no offer refused, fast or not."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.book import Level
from chalicelib.domain.errors import VenuePayloadError
from chalicelib.venues.ladder import pairs, read_ladder, records

amounts = st.decimals(Decimal("1e-8"), Decimal(10**9), places=8)


@given(st.lists(st.tuples(amounts, amounts), max_size=30))
def test_ladder_keeps_every_digit_of_every_format(levels: list[tuple[Decimal, Decimal]]) -> None:
    expected = tuple(Level(price, size) for price, size in levels)
    as_text = [[f"{price:f}", f"{size:f}"] for price, size in levels]
    counted = [[f"{price:f}", f"{size:f}", 3] for price, size in levels]
    named = [{"price": f"{price:f}", "size": f"{size:f}"} for price, size in levels]
    numbers = [[price, size] for price, size in levels]
    assert read_ladder(as_text, "b", pairs) == expected
    assert read_ladder(counted, "b", pairs) == expected
    assert read_ladder(named, "b", records) == expected
    assert read_ladder(numbers, "b", pairs) == expected


@pytest.mark.parametrize(
    "entry",
    [
        ["1"], [], "12", None, {}, ["1", None], ["1", "0"], ["0.00", "1"], ["1", "-1"], ["1", "1 "],
        ["1 2", "3"], ["1", "1e309"], ["1", "NaN"], ["1", True], ["9" * 13, "1"], ["1", ""],
        ["1", "0." + "1" * 19],
    ],
)  # fmt: skip
def test_ladder_with_an_entry_that_is_no_level_is_refused_at_its_place(entry: object) -> None:
    with pytest.raises(VenuePayloadError, match=r"b\[1\]"):
        read_ladder([["2", "1"], entry], "b")


def test_ladder_of_nothing_has_no_levels() -> None:
    assert read_ladder([], "b") == ()
