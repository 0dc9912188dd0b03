"""How a venue is doing, in one word: the worst that holds decides."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.breaker import RESULTS, VenueBreaker
from chalicelib.domain.fault import FaultKind, VenueFault
from chalicelib.domain.health import Condition, Signs, VenueHealth, health_of
from tests.builders import NOW

WELL = Signs(VenueBreaker("kalshi"), seen=True, cycles=10)
SHUT = VenueBreaker("kalshi", 5, 1, NOW, NOW + timedelta(minutes=2), "status", "answered 503")
DOWN = VenueFault("kalshi", FaultKind.STATUS, "answered 503", call="scan")


def condition(signs: Signs) -> Condition:
    return health_of(signs, NOW).condition


def test_venue_that_served_every_cycle_is_healthy() -> None:
    assert health_of(WELL, NOW) == VenueHealth(
        Condition.HEALTHY, "served each of the newest 10 cycles"
    )  # fmt: skip


def test_venue_with_an_open_breaker_is_down_for_the_reason_of_its_failure() -> None:
    found = health_of(replace(WELL, breaker=SHUT, doubts=("x",), faults=(DOWN,)), NOW)
    assert found == VenueHealth(Condition.DOWN, "left alone after it failed: answered 503")


def test_venue_is_probing_from_the_minute_its_breaker_lets_one_try_through() -> None:
    signs = replace(WELL, breaker=SHUT)
    assert health_of(signs, NOW + timedelta(seconds=119)).condition is Condition.DOWN
    assert health_of(signs, NOW + timedelta(seconds=120)).condition is Condition.PROBING


def test_venue_that_failed_the_newest_cycle_is_failing() -> None:
    assert condition(replace(WELL, faults=(DOWN,), failed=1)) is Condition.FAILING


def test_venue_that_could_not_tell_a_result_still_serves() -> None:
    fault = replace(DOWN, call=RESULTS)
    assert condition(replace(WELL, faults=(fault,), failed=1)) is Condition.DEGRADED


def test_venue_whose_data_is_not_believed_is_doubted() -> None:
    found = health_of(replace(WELL, doubts=("6 of 9 were not believed",), failed=2), NOW)
    assert found == VenueHealth(Condition.DOUBTED, "6 of 9 were not believed")


def test_venue_that_failed_lately_is_degraded() -> None:
    assert health_of(replace(WELL, failed=3), NOW) == VenueHealth(
        Condition.DEGRADED, "failed in 3 of the newest 10 cycles"
    )


def test_venue_that_no_cycle_saw_is_unknown() -> None:
    assert condition(replace(WELL, seen=False)) is Condition.UNKNOWN
