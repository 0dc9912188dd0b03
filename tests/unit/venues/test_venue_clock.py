"""What a venue and its client count together is in the venue's seconds, however fast they go."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.errors import InputError, VenueUnavailable
from chalicelib.venues.clock import VenueClock
from chalicelib.venues.pacing import Pace
from tests.unit.venues.played_http import HOST, ROOMY, Network, replies, reply, run

URL = f"https://{HOST}/list"
GATEWAY = "http://127.0.0.1:8770"
PACE = 30
BUDGET = 20.0
SERVED = BUDGET * 3
"""A call of 20 s has 2 s of the wall clock, which are so many of the venue's."""


@pytest.fixture(autouse=True)
def _real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VENUE_GATEWAY", raising=False)
    monkeypatch.delenv("MARKET_CLOCK", raising=False)


def fast(monkeypatch: pytest.MonkeyPatch, ahead: timedelta = timedelta(days=29)) -> VenueClock:
    """The clock of simulated venues that have got so far ahead of ours at thirty times our pace."""
    anchor = datetime.now(UTC) - ahead / (PACE - 1)
    monkeypatch.setenv("VENUE_GATEWAY", GATEWAY)
    monkeypatch.setenv("MARKET_CLOCK", f"{PACE}@{anchor.isoformat()}")
    return VenueClock()


def test_live_venues_keep_real_time() -> None:
    before = datetime.now(UTC)
    clock = VenueClock()
    assert before <= clock.now() <= datetime.now(UTC)
    assert (clock.pace, clock.on_the_wall(20), clock.budget(20)) == (1, 20, 20)


def test_live_venues_with_another_clock_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARKET_CLOCK", "30@2026-11-27T05:00:00Z")
    with pytest.raises(InputError, match="MARKET_CLOCK") as refused:
        VenueClock()
    assert "Live venues keep real time" in refused.value.hint


def test_simulated_venues_are_where_their_clock_is(monkeypatch: pytest.MonkeyPatch) -> None:
    ahead = fast(monkeypatch).now() - datetime.now(UTC)
    assert timedelta(days=29) <= ahead < timedelta(days=30)


def test_seconds_of_a_fast_venue_are_slept_at_its_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    run(fast(monkeypatch).sleep(60))
    assert slept == [2]


@pytest.mark.parametrize(
    ("seconds", "budget"), [(BUDGET, SERVED), (1.0, 30.0), (300.0, 300.0)],
    ids=["a usual call has 2 s", "a short one what it had", "a long one its part of the cycle"],
)  # fmt: skip
def test_call_of_a_fast_venue_has_time_to_be_served(
    monkeypatch: pytest.MonkeyPatch, seconds: float, budget: float
) -> None:
    assert fast(monkeypatch).budget(seconds) == budget


def test_allowance_counts_on_the_venues_clock() -> None:
    network = Network(lambda request: reply([1]), pace=PACE)
    transport = network.transport("venue", {HOST: Pace(per_second=0.1, burst=1)})
    for _ in range(3):
        run(transport.get(URL, deadline=transport.until(BUDGET)))
    assert network.pauses == [10, 10]


def test_wait_that_a_venue_asks_for_is_in_its_seconds() -> None:
    network = Network(replies(reply(status=429, retry_after="30"), reply([1])), pace=PACE)
    transport = network.transport("venue", ROOMY)
    assert run(transport.get(URL, deadline=transport.until(BUDGET))) == [1]
    assert network.pauses == [30]


def test_wait_beyond_the_call_is_reported_in_the_venues_seconds() -> None:
    network = Network(replies(reply(status=429, retry_after="90")), pace=PACE)
    transport = network.transport("venue", ROOMY)
    with pytest.raises(VenueUnavailable) as refused:
        run(transport.get(URL, deadline=transport.until(BUDGET)))
    assert refused.value.retry_after == 90
    assert network.pauses == []


def test_kept_answer_is_good_for_so_many_of_the_venues_seconds() -> None:
    network = Network(lambda request: reply([1]), pace=PACE)
    transport = network.transport("venue", ROOMY)
    for passed in (0, 59, 1):
        network.time += passed
        run(transport.get(URL, deadline=transport.until(BUDGET), fresh_for=60))
    assert len(network.requests) == 2
