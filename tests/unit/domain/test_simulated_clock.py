"""A simulated market's time: as fast as it is told, and never back behind what was committed."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.simulated_clock import LEAST_PACE, MOST_PACE, SimulatedClock

WALL = datetime(2026, 11, 27, 5, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
PACES = st.floats(LEAST_PACE, MOST_PACE)
SPANS = st.timedeltas(timedelta(0), timedelta(days=300))


def test_both_clocks_agree_at_the_anchor_and_a_minute_takes_two_seconds_at_thirty() -> None:
    clock = SimulatedClock(WALL, 30)
    assert clock.at(WALL) == WALL
    assert clock.at(WALL + timedelta(seconds=2)) == WALL + timedelta(minutes=1)
    assert clock.wall(WALL + timedelta(minutes=1)) == WALL + timedelta(seconds=2)


@given(PACES, SPANS)
def test_wall_time_of_a_market_time_is_when_the_market_has_reached_it(
    pace: float, span: timedelta
) -> None:
    clock = SimulatedClock(WALL, pace)
    at = WALL + span
    assert clock.at(clock.wall(at)) >= at - MICROSECOND
    assert clock.at(clock.wall(at) - 2 * MICROSECOND) < at


@given(PACES, SPANS)
def test_market_goes_on_where_its_state_stands_and_forward_from_there(
    pace: float, ahead: timedelta
) -> None:
    clock = SimulatedClock.going_on(WALL, pace, WALL + ahead)
    slack = pace * MICROSECOND
    assert abs(clock.at(WALL) - (WALL + ahead)) <= slack
    later = clock.at(WALL + timedelta(seconds=1)) - clock.at(WALL)
    assert abs(later - timedelta(seconds=pace)) <= slack


@pytest.mark.parametrize("reached", [None, WALL - timedelta(days=60), WALL])
def test_market_without_a_state_that_is_ahead_begins_now(reached: datetime | None) -> None:
    assert SimulatedClock.going_on(WALL, 30, reached) == SimulatedClock(WALL, 30)


@given(PACES, SPANS)
def test_clock_that_is_written_is_read_back(pace: float, span: timedelta) -> None:
    clock = SimulatedClock(WALL + span, pace)
    assert SimulatedClock.parse(str(clock)) == clock


@pytest.mark.parametrize(
    "text", ["", "30", "@", "30@", "30@yesterday", "30@2026-11-27T05:00:00", "x@2026-11-27T05:00Z",
             "1@2026-11-27T05:00:00Z", "1e9@2026-11-27T05:00:00Z", "nan@2026-11-27T05:00:00Z",
             "-30@2026-11-27T05:00:00Z", "inf@2026-11-27T05:00:00Z"],
)  # fmt: skip
def test_what_is_no_clock_is_refused_and_shown(text: str) -> None:
    with pytest.raises(ValueError, match="PACE@ANCHOR") as refused:
        SimulatedClock.parse(text)
    assert repr(text) in str(refused.value)
