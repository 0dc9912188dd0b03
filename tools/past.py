"""Recorded pasts for measuring strategies: read from the folder of shared market data.

Sources and licences are in that folder's SOURCES.md; nothing of it ships with the product.
"""

import csv
import gzip
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from chalicelib.domain.cycle import cycle_time
from chalicelib.domain.fee import FeeFormula, FeeTerms, FeeUnknown
from chalicelib.domain.market import (
    Market,
    MarketId,
    MarketKind,
    MarketStatus,
    Outcome,
    Resolution,
)
from chalicelib.domain.money import ONE
from chalicelib.fees.load import published
from chalicelib.fees.stated import EVER
from chalicelib.ports import MarketData
from chalicelib.research.paper import each_minute
from chalicelib.research.series import Prices, SeriesVenue, SpreadModel
from chalicelib.research.summary import EventOf
from chalicelib.venues.recorded.client import RecordedVenue
from chalicelib.venues.recorded.tape_file import BUNDLED_TAPE, read_tape

DAY = timedelta(days=1)
DECIDED_AT = timedelta(hours=20)
"""Every daily price of the data set was known by 19:00 UTC of the day after it."""
DOLLARS_SHOWN = Decimal(1_000)
_DATES = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|\d+(?:st|nd|rd|th)?)\b"
)


@dataclass(frozen=True)
class Past:
    """A recorded past. ``about`` says what it is and what was assumed of it.

    ``event_of`` names what decides a round trip: results of one event are one draw. Only strategies
    that trade this ``kind`` of market are run on it.
    """

    name: str
    about: str
    venue: MarketData
    moments: list[datetime]
    event_of: EventOf
    kind: MarketKind = MarketKind.BINARY


def bundled() -> Past:
    """The order books that ship with the product."""
    venue = RecordedVenue(read_tape(BUNDLED_TAPE))
    return Past(
        "Bitcoin up or down, order books",
        "Order books of 18 markets of 15 minutes, a cycle a minute; orders meet the first book two "
        "seconds later, fees as stated by the venue.",
        venue,
        each_minute(venue.tape_start(), venue.tape_span()),
        lambda trip: trip.market_id,
    )


def shared(folder: Path) -> Iterator[Past]:
    """What can be run of the shared data."""
    yield polymarket_daily(folder / "forecastbench")
    yield bitcoin_hourly(next((folder / "binance").glob("BTCUSDT_1h_*.csv.gz")))
    yield kalshi_daily(next((folder / "kalshi").glob("*.json")))


def polymarket_daily(folder: Path) -> Past:
    """One price a day of resolved Polymarket markets."""
    rows: dict[str, list[tuple[int, Decimal]]] = defaultdict(list)
    for row in csv.DictReader((folder / "polymarket_daily_prices.csv").open()):
        known = int(datetime.fromisoformat(row["observed_at_utc"]).timestamp())
        rows[row["market_idx"]].append((known, Decimal(row["p_yes"])))
    markets = csv.DictReader((folder / "polymarket_markets.csv").open())
    listed = {f"polymarket:{m['condition_id']}": m for m in markets}
    series = [
        _resolved(market_id, m, sorted(dict(rows[m["market_idx"]]).items()))
        for market_id, m in listed.items()
    ]
    spread = SpreadModel(Decimal("0.005"), DOLLARS_SHOWN, 3 * DAY)
    venue = SeriesVenue("polymarket", series, spread, _polymarket_fee)
    return Past(
        "Polymarket, daily prices",
        f"{len(series)} resolved markets, one price a day (ForecastBench, CC BY-SA 4.0). Assumed: "
        "half a cent on each side of the price, 1,000 dollars shown. Orders meet the price of the "
        "next day. Fees of the day, of the dearest category but crypto where none is known.",
        venue,
        _daily(venue.moments),
        lambda trip: _contest(listed[trip.market_id]["question"]),
    )


def _resolved(market_id: str, row: dict[str, str], prices: list[tuple[int, Decimal]]) -> Prices:
    yes, no = f"{market_id}-yes", f"{market_id}-no"
    market = _market(
        market_id,
        row["question"],
        (Outcome(yes, "Yes", no), Outcome(no, "No", yes)),
        datetime.fromisoformat(row["nominal_close_utc"]).astimezone(UTC),
    )
    paid = Decimal(row["outcome_yes"])
    known_at = datetime.fromisoformat(row["outcome_known_at_utc"]).astimezone(UTC)
    # A price seen after the result was known is no price that could still be traded.
    before = [(at, price) for at, price in prices if at < known_at.timestamp()]
    return Prices(
        market,
        [at for at, _ in before],
        [price for _, price in before],
        resolution=Resolution(market_id, {yes: paid, no: ONE - paid}, known_at, "ForecastBench"),
    )


def _polymarket_fee(market: Market, at: datetime) -> FeeTerms | FeeUnknown:
    return published().in_force("polymarket", market.market_id, "", "other", at)


def _contest(question: str) -> str:
    """What several questions may hang on: the end of the text, without numbers and months."""
    words = re.findall(r"[a-z]+", _DATES.sub(" ", question.lower()))
    return " ".join(words[-4:])


def _daily(moments: list[datetime]) -> list[datetime]:
    first, last = (each.replace(hour=0, minute=0) for each in (moments[0], moments[-1]))
    days = (last - first) // DAY + 2
    return [first + day * DAY + DECIDED_AT for day in range(days)]


def bitcoin_hourly(path: Path) -> Past:
    """Hourly bars of one pair."""
    with gzip.open(path, "rt") as lines:
        bars = list(csv.DictReader(lines))
    known = [_seconds(bar["close_time"]) + 1 for bar in bars]
    opens = [Decimal(bar["open"]) for bar in bars]
    closes = [Decimal(bar["close"]) for bar in bars]
    traded = [Decimal(bar["quote_asset_volume"]) for bar in bars]
    market = _market("binance:BTCUSDT", "BTC/USDT", (Outcome("binance:BTCUSDT", "BTC"),), None)
    series = Prices(
        market,
        known[:-1],
        closes[:-1],
        volumes=[sum(traded[max(0, n - 23) : n + 1], Decimal(0)) for n in range(len(bars) - 1)],
        next_mids=opens[1:],
    )
    fee = FeeTerms(
        venue="binance",
        scope="*",
        valid_from=EVER,
        formula=FeeFormula.PERCENT,
        taker_rate=Decimal("0.001"),
        maker_rate=Decimal("0.001"),
        name="0.10 % of the value",
        source="the base rate that Binance publishes in 2026, charged to 2022 and 2023 too",
    )
    spread = SpreadModel(Decimal("0.0001"), 100 * DOLLARS_SHOWN, timedelta(hours=3))
    venue = SeriesVenue("binance", [series], spread, lambda _market, _at: fee)
    return Past(
        "Bitcoin, hourly",
        f"{len(bars):,} bars of BTC/USDT at Binance, 2022 and 2023. Decided at the close of a bar, "
        "traded at the open of the next. Assumed: 0.01 % on each side of the price, 100,000 "
        "dollars shown, a fee of 0.10 %. An event is a week.",
        venue,
        venue.moments,
        lambda trip: f"{cycle_time(trip.closed_cycle):%G week %V}",
        MarketKind.SPOT,
    )


def kalshi_daily(path: Path) -> Past:
    """Daily candles of one open market, with the bid and ask that the venue showed."""
    recorded = json.loads(path.read_text())
    candles = recorded["response"]["candlesticks"]
    ticker = recorded["_metadata"]["ticker"]
    market_id = f"kalshi:{ticker}"
    yes, no = f"{market_id}:yes", f"{market_id}:no"
    outcomes = (Outcome(yes, "Yes", no), Outcome(no, "No", yes))
    bids, asks = ([_close(c, side) for c in candles] for side in ("yes_bid", "yes_ask"))
    series = Prices(
        _market(market_id, ticker, outcomes, None),
        [int(candle["end_period_ts"]) for candle in candles],
        [(bid + ask) / 2 for bid, ask in zip(bids, asks, strict=True)],
        bids,
        asks,
    )
    spread = SpreadModel(Decimal(0), DOLLARS_SHOWN, 2 * DAY)
    venue = SeriesVenue("kalshi", [series], spread, _kalshi_fee)
    return Past(
        "Kalshi, one market daily",
        f"{len(candles)} daily candles of {ticker} with the venue's own bid and ask at their ends; "
        "orders meet those of the next day, 1,000 dollars shown is assumed. It had not resolved.",
        venue,
        venue.moments,
        lambda trip: trip.market_id,
    )


def _close(candle: dict[str, Any], side: str) -> Decimal:
    return Decimal(candle[side]["close_dollars"])


def _kalshi_fee(market: Market, at: datetime) -> FeeTerms | FeeUnknown:
    return published().in_force("kalshi", market.market_id, "", "", at)


def _seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def _market(
    market_id: MarketId, title: str, outcomes: tuple[Outcome, ...], closes_at: datetime | None
) -> Market:
    """A market as far as the recorded past says it; its fee is that of the day it is looked at."""
    venue = market_id.partition(":")[0]
    spot = len(outcomes) == 1
    return Market(
        market_id=market_id,
        venue=venue,
        title=title,
        status=MarketStatus.OPEN,
        outcomes=outcomes,
        closes_at=closes_at,
        tick=Decimal("0.01") if spot else Decimal("0.001"),
        min_size=Decimal("0.00001") if spot else ONE,
        size_step=Decimal("0.00001") if spot else Decimal("0.01"),
        min_notional=ONE,
        fee=FeeUnknown(venue, market_id, EVER, "looked up by the day"),
        kind=MarketKind.SPOT if spot else MarketKind.BINARY,
    )
