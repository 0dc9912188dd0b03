"""Whatever CoinGecko writes into a field, no impossible number comes out of the parser."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import VenueError, VenuePayloadError
from chalicelib.domain.public import Candle
from chalicelib.domain.reference import ReferencePrice
from chalicelib.venues.coingecko.parse import (
    CoinNames,
    read_bar,
    read_coin,
    read_market,
    read_point,
    read_simple,
    simple_entries,
)
from chalicelib.venues.payload import load_json
from tests.payloads.coingecko.index import HERE, plain
from tests.unit.venues.played_http import NOW, attempt
from tests.unit.venues.poison import ANY_POISON

NAMES = {"acorn": CoinNames("ACN", "Acorn")}
HALF_HOUR = timedelta(minutes=30)


def parsed(name: str) -> Any:
    return load_json((HERE / f"{name}.json").read_bytes())


def is_believable(reference: ReferencePrice) -> bool:
    volume = reference.volume_24h
    return (
        0 < reference.price < 10**15
        and (volume is None or 0 <= volume < 10**15)
        and reference.occurred_at <= reference.seen_at
        and reference.base.isprintable()
        and len(reference.base) <= 60
        and len(reference.title) <= 200
    )


@given(field=st.sampled_from(list(plain("markets")[0])), value=ANY_POISON)
def test_coingecko_market_is_believable_or_refused(field: str, value: object) -> None:
    entry = {**parsed("markets")[0], field: value}
    found = attempt(lambda: read_market(entry, "markets[0]", NOW))
    assert isinstance(found, VenueError) or is_believable(found[1])


@given(field=st.sampled_from(["usd", "usd_24h_vol", "last_updated_at"]), value=ANY_POISON)
def test_coingecko_price_is_believable_or_refused(field: str, value: object) -> None:
    answer = {"acorn": {**parsed("simple_price")["acorn"], field: value}}
    entry = simple_entries(answer, "prices")[0]
    found = attempt(lambda: read_simple(entry, "prices[0]", NAMES, NOW))
    assert found is not None
    assert isinstance(found, VenueError) or is_believable(found[1])


@given(position=st.integers(0, 4), value=ANY_POISON)
def test_coingecko_bar_is_believable_or_refused(position: int, value: object) -> None:
    raw = list(parsed("ohlc")[0])
    raw[position] = value
    found = attempt(lambda: read_bar(raw, "bars[0]", "coingecko:acorn", HALF_HOUR))
    assert isinstance(found, VenueError) or (isinstance(found, Candle) and found.low > 0)


@given(raw=ANY_POISON)
def test_coingecko_anything_at_all_is_read_or_refused(raw: object) -> None:
    for read in (
        lambda: read_market(raw, "x", NOW),
        lambda: read_simple(raw, "x", NAMES, NOW),
        lambda: read_coin(raw, "x"),
        lambda: read_point(raw, "x"),
        lambda: read_bar(raw, "x", "coingecko:acorn", HALF_HOUR),
    ):
        attempt(read)


def test_coingecko_refusal_names_the_field_and_the_value() -> None:
    entry = {**parsed("markets")[0], "current_price": -5}
    with pytest.raises(VenuePayloadError, match=r"markets\[3\]\.current_price is -5"):
        read_market(entry, "markets[3]", NOW)


def test_coingecko_price_of_the_future_is_refused() -> None:
    entry = {**parsed("markets")[0], "last_updated": "2026-09-14T12:01:01Z"}
    with pytest.raises(VenuePayloadError, match="last_updated"):
        read_market(entry, "markets[0]", NOW)


def test_coingecko_stamp_in_seconds_where_milliseconds_belong_is_refused() -> None:
    stamped = [1789381800, 118, 121, 117, 120]
    found = attempt(lambda: read_bar(stamped, "bars[0]", "coingecko:acorn", HALF_HOUR))
    assert isinstance(found, VenuePayloadError)


def test_coingecko_bar_outside_its_high_and_low_is_refused() -> None:
    with pytest.raises(VenuePayloadError, match="outside its low and high"):
        read_bar([1789381800000, 5, 4, 3, 3], "bars[0]", "coingecko:acorn", HALF_HOUR)
