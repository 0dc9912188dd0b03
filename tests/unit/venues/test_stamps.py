"""Times that come as numbers: exact, in the unit that they are in."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.venues.stamps import from_milliseconds, from_seconds, to_milliseconds

NEW_YEAR = datetime(2025, 1, 1, tzinfo=UTC)


def test_seconds_milliseconds_and_microseconds_of_one_instant_are_equal() -> None:
    assert from_seconds(1735689600) == from_seconds("1735689600") == NEW_YEAR
    assert from_milliseconds(1735689600000) == NEW_YEAR
    assert from_milliseconds("1735689600000000") == NEW_YEAR


@given(st.integers(1, 4_102_444_799_999))
def test_milliseconds_go_there_and_back(number: int) -> None:
    assert to_milliseconds(from_milliseconds(number)) == number


def test_milliseconds_of_a_time_between_two_are_those_after_it() -> None:
    assert to_milliseconds(from_milliseconds(1735689600000001)) == 1735689600001


@pytest.mark.parametrize("value", [0, -1, "", "soon", None, True, 1.5, "1e30", 10**17, []])
def test_what_is_no_time_is_refused(value: object) -> None:
    for read in (from_seconds, from_milliseconds):
        with pytest.raises(ValueError):  # noqa: PT011 - any reason will do
            read(value)
