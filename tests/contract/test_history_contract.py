"""What every venue with a published past promises.

A venue joins by naming HISTORY_INSTRUMENTS, HISTORY_SPAN and HISTORY_INTERVAL in its module
tests/payloads/<name>/venue.py.
"""

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest

from chalicelib.domain.errors import VenueError, VenueUnavailable
from chalicelib.domain.public import Candle, PublicTrade
from tests.contract.test_venue_contract import PLAYED

WITH_A_PAST = [module for module in PLAYED if hasattr(module, "HISTORY_INSTRUMENTS")]


@pytest.fixture(params=WITH_A_PAST, ids=lambda module: module.__name__.split(".")[2])
def played(request: pytest.FixtureRequest) -> ModuleType:
    """The module that plays a venue."""
    module: ModuleType = request.param
    return module


def candles(played: ModuleType, **changes: Any) -> dict[str, Sequence[Candle]]:
    """The candles of each instrument that the venue is asked about."""
    start, end = changes.get("span", played.HISTORY_SPAN)
    interval = changes.get("interval", played.HISTORY_INTERVAL)
    venue = played.well()
    return {
        name: asyncio.run(venue.candles(name, interval, start, end))
        for name in changes.get("names", played.HISTORY_INSTRUMENTS)
    }


def trades(played: ModuleType, **changes: Any) -> dict[str, Sequence[PublicTrade]]:
    """The trades of each instrument that the venue is asked about."""
    start, end = changes.get("span", played.HISTORY_SPAN)
    venue = played.well()
    return {
        name: asyncio.run(venue.trades(name, start, end)) for name in played.HISTORY_INSTRUMENTS
    }


def test_candles_are_of_the_instrument_and_the_interval_asked_for(played: ModuleType) -> None:
    for name, found in candles(played).items():
        assert found
        assert {candle.instrument_id for candle in found} == {name}
        assert {candle.interval for candle in found} == {played.HISTORY_INTERVAL}


def test_candles_come_oldest_first_and_each_once(played: ModuleType) -> None:
    for found in candles(played).values():
        starts = [candle.start for candle in found]
        assert starts == sorted(set(starts))
        assert all(start.utcoffset() == timedelta(0) for start in starts)


def test_candles_lie_in_the_span_and_are_over(played: ModuleType) -> None:
    start, end = played.HISTORY_SPAN
    for found in candles(played).values():
        assert all(start <= candle.start < end for candle in found)
        assert all(candle.known_at <= played.NOW for candle in found)


def test_span_of_candles_holds_its_start_and_not_its_end(played: ModuleType) -> None:
    for name, found in candles(played).items():
        first, second = found[:2]
        span = (first.start, second.start)
        assert list(candles(played, span=span, names=[name])[name]) == [first]


def test_candle_holds_the_bid_below_the_ask(played: ModuleType) -> None:
    every = [candle for found in candles(played).values() for candle in found]
    both = [c for c in every if c.bid is not None and c.ask is not None]
    assert all(c.bid < c.ask for c in both if c.bid is not None and c.ask is not None)


def test_no_span_has_no_candles_and_no_trades(played: ModuleType) -> None:
    start, _ = played.HISTORY_SPAN
    assert not any(candles(played, span=(start, start)).values())
    assert not any(trades(played, span=(start, start)).values())


def test_unknown_interval_is_refused_with_those_that_exist(played: ModuleType) -> None:
    with pytest.raises(VenueError) as caught:
        candles(played, interval=timedelta(seconds=7))
    assert "7 s" in caught.value.message
    for words in ("1 minute", "1 hour", "1 day"):
        assert words in caught.value.hint


def test_instrument_of_another_venue_is_refused(played: ModuleType) -> None:
    start, end = played.HISTORY_SPAN
    for name in ("elsewhere:1", ""):
        with pytest.raises(VenueError):
            candles(played, names=[name])
        with pytest.raises(VenueError):
            asyncio.run(played.well().trades(name, start, end))


def test_trades_come_oldest_first_each_once_and_lie_in_the_span(played: ModuleType) -> None:
    start, end = played.HISTORY_SPAN
    for name, found in trades(played).items():
        assert found
        assert {trade.instrument_id for trade in found} == {name}
        times = [trade.occurred_at for trade in found]
        assert times == sorted(times)
        assert all(start <= time < end for time in times)
        assert len({trade.trade_id for trade in found}) == len(found)


def test_span_of_trades_holds_its_start_and_not_its_end(played: ModuleType) -> None:
    for name, found in trades(played).items():
        first, last = found[0], found[-1]
        again = trades(played, span=(first.occurred_at, last.occurred_at))[name]
        assert list(again) == [t for t in found if t.occurred_at < last.occurred_at]


def test_status_says_whether_the_venue_is_open_and_why(played: ModuleType) -> None:
    venue = played.well()
    status = asyncio.run(venue.status())
    assert status.venue == venue.name
    assert status.is_open
    assert status.reason.isprintable()
    assert status.resumes_at is None or status.resumes_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize("state", ["out_of_reach", "refusing"])
def test_past_of_a_venue_that_does_not_serve_us_is_unavailable(
    played: ModuleType, state: str
) -> None:
    for call in every_call(played, getattr(played, state)()):
        with pytest.raises(VenueUnavailable):
            asyncio.run(call)


def test_past_that_cannot_be_is_a_fault_of_the_venue(played: ModuleType) -> None:
    for venue in played.talking_nonsense():
        for call in every_call(played, venue):
            with pytest.raises(VenueError):
                asyncio.run(call)


def every_call(played: ModuleType, venue: Any) -> list[Coroutine[Any, Any, object]]:
    """Each method once."""
    name, (start, end) = played.HISTORY_INSTRUMENTS[0], played.HISTORY_SPAN
    return [
        venue.candles(name, played.HISTORY_INTERVAL, start, end),
        venue.trades(name, start, end),
        venue.status(),
    ]
