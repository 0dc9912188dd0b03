"""A venue that goes on failing is left alone for a while, and never for ever."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.codec import Codec
from chalicelib.domain.breaker import (
    FAILURES_TO_OPEN,
    FIRST_HOLD,
    LONGEST_ASKED,
    LONGEST_HOLD,
    Phase,
    VenueBreaker,
    next_breakers,
    not_to_ask,
)
from chalicelib.domain.fault import FaultKind, VenueFault
from chalicelib.domain.house import House
from tests.builders import NOW

MINUTE = timedelta(minutes=1)
DOWN = VenueFault("v", FaultKind.CONNECT, "refused to connect", call="scan")


def after(*cycles: VenueFault | None, start: datetime = NOW) -> tuple[VenueBreaker, ...]:
    """The breakers after cycles a minute apart, the last one at ``start``."""
    breakers: tuple[VenueBreaker, ...] = ()
    for number, fault in enumerate(cycles, 1 - len(cycles)):
        breakers = next_breakers(breakers, [fault] if fault else [], start + number * MINUTE)
    return breakers


def refused(retry_after: float | None) -> VenueFault:
    return VenueFault("v", FaultKind.REFUSED, "403", retry_after, "scan")


def test_breaker_opens_after_failures_in_a_row_and_no_earlier() -> None:
    (closed,) = after(*[DOWN] * (FAILURES_TO_OPEN - 1))
    (opened,) = after(*[DOWN] * FAILURES_TO_OPEN)
    assert closed.phase(NOW) is Phase.CLOSED
    assert opened.phase(NOW + MINUTE) is Phase.OPEN
    assert opened.until == NOW + FIRST_HOLD


def test_success_in_between_starts_the_count_again() -> None:
    assert after(*[DOWN] * (FAILURES_TO_OPEN - 1), None) == ()
    (breaker,) = after(*[DOWN] * (FAILURES_TO_OPEN - 1), None, DOWN)
    assert breaker.failures == 1


@pytest.mark.parametrize(
    ("asked", "hold"), [(900.0, 16), (120.0, 3), (119.5, 3), (0.0, 2), (10**9, 3 * 24 * 60)]
)
def test_refusal_opens_at_once_for_as_long_as_the_venue_says(asked: float, hold: int) -> None:
    (breaker,) = after(refused(asked))
    assert breaker.until == NOW + hold * MINUTE
    assert breaker.phase(NOW + (hold - 1) * MINUTE) is Phase.OPEN
    assert breaker.phase(NOW + hold * MINUTE) is Phase.HALF_OPEN


def test_long_pause_that_a_busy_venue_asks_for_is_kept() -> None:
    busy = VenueFault("v", FaultKind.RATE_LIMITED, "429", 600.0, "books")
    (breaker,) = after(busy)
    assert breaker.until == NOW + 11 * MINUTE
    (breaker,) = after(replace(busy, retry_after=5.0))
    assert breaker.phase(NOW) is Phase.CLOSED


def test_longest_pause_of_a_cycle_counts_whichever_call_it_came_from() -> None:
    faults = [refused(1800.0), replace(DOWN, call="books"), replace(refused(60.0), call="books")]
    (breaker,) = next_breakers((), faults, NOW)
    assert breaker.until == NOW + 31 * MINUTE
    assert breaker.failures == 1


def test_probe_that_fails_holds_longer_each_time_up_to_a_limit() -> None:
    breakers, at, holds = after(*[DOWN] * FAILURES_TO_OPEN), NOW, []
    for _ in range(6):
        (breaker,) = breakers
        assert breaker.until is not None
        holds.append((breaker.until - at) // MINUTE)
        at = breaker.until
        breakers = next_breakers(breakers, [DOWN], at)
    assert holds == [2, 4, 8, 15, 15, 15]


def test_probe_that_succeeds_closes() -> None:
    (opened,) = after(*[DOWN] * FAILURES_TO_OPEN)
    assert opened.until is not None
    assert next_breakers((opened,), [], opened.until) == ()


def test_open_breaker_reports_in_place_of_the_venue_and_its_report_proves_nothing() -> None:
    (opened,) = after(*[DOWN] * FAILURES_TO_OPEN)
    shut = not_to_ask((opened,), NOW + MINUTE)
    assert shut.keys() == {"v"}
    assert shut["v"].code == "breaker-open"
    assert "5 failed cycles (connect): refused to connect" in shut["v"].reason
    assert next_breakers((opened,), shut.values(), NOW + MINUTE) == (opened,)
    assert not_to_ask((opened,), NOW + FIRST_HOLD) == {}


def test_market_without_a_result_does_not_open_the_breaker_of_a_venue_that_serves() -> None:
    unanswered = VenueFault("v", FaultKind.STATUS, "500", call="resolutions")
    assert after(*[unanswered] * 10) == ()
    (breaker,) = after(replace(unanswered, code=FaultKind.REFUSED, retry_after=900.0))
    assert breaker.phase(NOW + MINUTE) is Phase.OPEN


def test_clock_that_went_back_does_not_keep_a_breaker_open() -> None:
    (opened,) = after(refused(900.0))
    assert opened.phase(NOW - timedelta(days=1)) is Phase.HALF_OPEN


FAULTS = st.one_of(
    st.none(),
    st.builds(
        VenueFault,
        st.just("v"),
        st.sampled_from([k for k in FaultKind if k is not FaultKind.BREAKER_OPEN]),
        st.just("why"),
        st.one_of(st.none(), st.floats(0, 10**7)),
        st.sampled_from(["scan", "books", "resolutions"]),
    ),
)


@given(st.lists(st.tuples(FAULTS, st.integers(1, 30)), max_size=40))
def test_breaker_lets_one_probe_through_at_a_time_and_never_stays_open(
    outcomes: list[tuple[VenueFault | None, int]],
) -> None:
    at, breakers = NOW, ()
    for outcome, minutes in outcomes:
        at += minutes * MINUTE
        phase = breakers[0].phase(at) if breakers else Phase.CLOSED
        shut = not_to_ask(breakers, at)
        assert bool(shut) is (phase is Phase.OPEN)
        faults = list(shut.values()) or ([outcome] if outcome else [])
        breakers = next_breakers(breakers, faults, at)
        if phase is Phase.HALF_OPEN:
            # One cycle, one probe: after it the way is free, or shut for a time.
            after_probe = breakers[0].phase(at) if breakers else Phase.CLOSED
            assert after_probe is not Phase.HALF_OPEN
        for breaker in breakers:
            assert breaker.until is None or breaker.until - at <= max(LONGEST_HOLD, LONGEST_ASKED)
    assert not_to_ask(breakers, at + LONGEST_ASKED) == {}
    assert next_breakers(breakers, [], at + LONGEST_ASKED) == ()


@given(st.lists(FAULTS, min_size=1, max_size=8))
def test_breaker_survives_being_stored(cycles: list[VenueFault | None]) -> None:
    codec = Codec[House](House, "house")
    house = House(breakers=after(*cycles))
    again = codec.decode(codec.encode(house))
    assert again == house
    for minutes in range(-5, 60):
        at = NOW + minutes * MINUTE
        assert not_to_ask(again.breakers, at) == not_to_ask(house.breakers, at)


def test_house_that_was_stored_before_there_were_breakers_has_none() -> None:
    assert Codec[House](House, "house").decode('{"version": 3}').breakers == ()
