"""What a strategy is told of its instruments by the real cycle, over two venues and a currency."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bot.simulator.memory import MemoryArchive, MemoryTable
from chalicelib import bootstrap
from chalicelib.aws.match_rows import match_item
from chalicelib.aws.table import Put
from chalicelib.domain.book import OrderBook
from chalicelib.domain.cycle import CycleReport, ScheduledEvent, cycle_time
from chalicelib.domain.errors import InputError, VenueUnavailable
from chalicelib.domain.fault import FaultKind
from chalicelib.domain.forecast import Forecast, Outlook, Unit, WeatherMeasure, WeatherStation
from chalicelib.domain.headline import Headline
from chalicelib.domain.market import Market, Outcome
from chalicelib.domain.signal import Signals
from chalicelib.domain.strategy import Strategy, StrategyParams
from chalicelib.domain.tape import Tape
from chalicelib.engine.cycle import run_cycle
from chalicelib.engine.record import read_record, replay
from chalicelib.engine.runtime import Runtime
from chalicelib.matching.leg import Leg
from chalicelib.matching.pair import MatchStatus
from chalicelib.matching.proposal import propose
from chalicelib.operations.match_decisions import WantedMatch, decide_match
from chalicelib.ports import Depth, Results, Scan
from chalicelib.settings import Settings
from tests.builders import (
    CYCLE,
    NOW,
    SetClock,
    book,
    market,
    quote,
    running_table,
    runtime,
    spot_market,
)
from tests.unit.matching.samples import LAGUARDIA, TWIN_RULES, compared

CLOSE = NOW + timedelta(days=2)
SWORN = f"Will Ann Example be sworn in as mayor by {CLOSE:%B} {CLOSE.day}, {CLOSE.year}?"
BITCOIN = f"Will the price of Bitcoin be above $120,000 on {CLOSE:%B} {CLOSE.day}, {CLOSE.year}?"
BY_BINANCE = "The Binance 1 minute candle for BTC/USDT at 12:00 in the ET timezone (noon) counts."


@dataclass
class Listing:
    """A venue that lists what it is given, at 0.39 to 0.40, or about 100,000 dollars a coin."""

    name: str
    markets: list[Market]

    async def scan(self, at: Any, held: Sequence[str] = ()) -> Scan:
        """Everything, quoted now."""
        outcomes = [(o.instrument_id, m.closes_at) for m in self.markets for o in m.outcomes]
        quotes = {}
        for name, closes_at in outcomes:
            bid, ask = ("0.49", "0.50") if closes_at else (100_000, 100_001)
            quotes[name] = replace(quote(name, bid, ask), occurred_at=at, seen_at=at)
        return Scan({m.market_id: m for m in self.markets}, quotes)

    async def books(self, instrument_ids: Sequence[str], at: Any) -> Depth:
        """One level on either side."""
        found: dict[str, OrderBook] = {}
        for name in instrument_ids:
            made = book(name, [("0.49", 100)], [("0.50", 100)])
            found[name] = replace(made, occurred_at=at, seen_at=at)
        return Depth(found)

    async def resolutions(self, market_ids: Sequence[str], at: Any) -> Results:
        """Nothing ends."""
        return Results(())


def question(venue: str, name: str, title: str, rules: str, **changes: Any) -> Market:
    own, yes, no = f"{venue}:{name}", f"{venue}:{name}-yes", f"{venue}:{name}-no"
    return market(
        market_id=own, venue=venue, title=title, rules=rules, closes_at=CLOSE,
        outcomes=(Outcome(yes, "Yes", no), Outcome(no, "No", yes)), mirrored=True,
        volume_24h=Decimal("250.5"), **changes,
    )  # fmt: skip


def bitcoin() -> Market:
    return spot_market(
        market_id="binance:BTCUSDT", venue="binance", title="BTC/USDT",
        outcomes=(Outcome("binance:BTCUSDT", "BTC"),),
    )  # fmt: skip


def listings() -> list[Listing]:
    """Two venues with the same question each, and one with a currency."""
    group = {"exclusive_group": "polymarket:g", "group_size": 3}
    return [
        Listing("polymarket", [
            question("polymarket", "t", SWORN, TWIN_RULES),
            question("polymarket", "btc", BITCOIN, BY_BINANCE),
            question("polymarket", "warm", WARM, LAGUARDIA.replace("30 Sep '26", "that day")),
            question("polymarket", "one", "Will Ann win?", "", **group),
        ]),
        Listing("kalshi", [question("kalshi", "t", SWORN, TWIN_RULES)]),
        Listing("binance", [bitcoin()]),
    ]  # fmt: skip


WARM = f"Will the highest temperature in NYC be 73°F or higher on {CLOSE:%B} {CLOSE.day}?"


class Weather:
    """A source that expects 90 degrees everywhere and always, as long as it is well."""

    name, attribution = "weather", "the test"

    def __init__(self) -> None:
        self.is_well = True

    async def outlook(self, station: WeatherStation, at: datetime) -> Outlook:
        """Hour by hour, for a week."""
        if not self.is_well:
            raise VenueUnavailable("weather is closed", kind=FaultKind.STATUS)
        hours = [at + timedelta(hours=n) for n in range(168)]
        return Outlook(station, tuple(
            Forecast(self.name, station.icao, WeatherMeasure.TEMPERATURE, Unit.FAHRENHEIT,
                     Decimal(90), hour, hour + timedelta(hours=1), None, at, at)
            for hour in hours
        ))  # fmt: skip


class Paper:
    """A feed of what was printed."""

    name = "paper"

    def __init__(self) -> None:
        self.printed: list[Headline] = []

    async def headlines(self) -> list[Headline]:
        """All of it."""
        return self.printed


SEEN: list[Tape] = []


class Watcher(Strategy):
    """Looks, buys whatever has a twin or a forecast above one half, and remembers the tape."""

    name = "watcher"

    class Params(StrategyParams):
        """None are needed."""

    @property
    def lookback(self) -> int:
        """Two rows."""
        return 2

    def signals(self, tape: Tape) -> Signals:
        """Wish for twins and for what is forecast."""
        SEEN.append(tape)
        wanted = np.broadcast_to(tape.questions.twin >= 0, tape.bid.shape) | (tape.forecast > 0.5)
        return Signals(
            entry=wanted,
            exit=np.zeros(tape.bid.shape, bool),
            edge=np.full(tape.bid.shape, 0.05),
            confidence=np.ones(tape.bid.shape),
            entry_reason="a twin or a forecast",
            exit_reason="",
        )


REGISTRY: dict[str, type[Strategy]] = {"watcher": Watcher}


@pytest.fixture(autouse=True)
def _forgetful() -> None:
    SEEN.clear()


def wired(table: MemoryTable, archive: MemoryArchive, **changes: Any) -> Runtime:
    venues = {venue.name: venue for venue in listings()}
    usual = runtime(table, archive, venues["binance"], REGISTRY, SetClock())
    return replace(usual, venues=venues, **changes)


def minute(wiring: Runtime, number: int = 0) -> CycleReport:
    at = cycle_time(CYCLE + number)
    wiring.clock.shown = at  # type: ignore[attr-defined]
    report = asyncio.run(run_cycle(ScheduledEvent(at, at, "test"), f"owner-{number}", wiring))
    assert report.strategy_faults == ()
    return report


def confirm(
    table: MemoryTable, status: MatchStatus = MatchStatus.CONFIRMED, version: int = 0
) -> None:
    legs = [Leg.of(venue.markets[0]) for venue in listings()[:2]]
    pair = propose(compared(*legs), NOW)
    if not version:
        asyncio.run(table.write(Put("match", match_item(pair))))
    wanted = WantedMatch(pair.pair_id, status, version, "ann", "read both rules")
    asyncio.run(decide_match(table, wanted, NOW))


def named(tape: Tape, column: int) -> str | None:
    return None if column < 0 else tape.instruments[column]


def asked(tape: Tape, instrument: str, field: str) -> Any:
    return getattr(tape.questions, field)[tape.instruments.index(instrument)].item()


def test_strategy_is_told_what_its_instruments_ask() -> None:
    table = running_table()
    confirm(table)
    minute(wired(table, MemoryArchive()))
    tape = SEEN[-1]
    assert named(tape, asked(tape, "polymarket:t-yes", "twin")) == "kalshi:t-yes"
    assert named(tape, asked(tape, "kalshi:t-no", "twin")) == "polymarket:t-no"
    assert asked(tape, "polymarket:btc-yes", "twin") == -1
    assert named(tape, asked(tape, "polymarket:btc-no", "underlying")) == "binance:BTCUSDT"
    assert asked(tape, "polymarket:btc-yes", "low") == 120_000
    assert asked(tape, "polymarket:one-yes", "group_size") == 3
    assert tape.volume[-1, tape.instruments.index("polymarket:t-yes")] == 250.5
    assert np.isnan(tape.volume[-1, tape.instruments.index("binance:BTCUSDT")])


def test_decision_on_twins_is_taken_again_from_its_record() -> None:
    table, archive = running_table(), MemoryArchive()
    confirm(table)
    report = minute(wired(table, archive))
    assert report.record_key is not None
    assert report.fills > 0
    record = asyncio.run(read_record(archive, report.record_key))
    assert sorted(record.twins) == [
        ("kalshi:t-no", "polymarket:t-no"), ("kalshi:t-yes", "polymarket:t-yes"),
    ]  # fmt: skip
    again = asyncio.run(replay(archive, report.record_key, REGISTRY))
    assert again.identical
    assert again.again.fills == again.record.decision.fills


def test_pair_that_is_rejected_or_not_decided_is_no_twin_in_the_next_cycle() -> None:
    table = running_table()
    wiring = wired(table, MemoryArchive())
    minute(wiring)
    assert asked(SEEN[-1], "polymarket:t-yes", "twin") == -1
    confirm(table)
    minute(wiring, 1)
    assert asked(SEEN[-1], "polymarket:t-yes", "twin") >= 0
    confirm(table, MatchStatus.REJECTED, version=1)
    minute(wiring, 2)
    assert asked(SEEN[-1], "polymarket:t-yes", "twin") == -1


def test_strategy_is_told_what_is_forecast_and_decides_the_same_from_the_record() -> None:
    table, archive, weather = running_table(), MemoryArchive(), Weather()
    wiring = wired(table, archive, forecasts={"weather": weather})
    report = minute(wiring)
    assert report.record_key is not None
    yes, no = (SEEN[-1].instruments.index(f"polymarket:warm-{side}") for side in ("yes", "no"))
    chance = SEEN[-1].forecast[-1, yes]
    assert 0.9 < chance < 1
    assert SEEN[-1].forecast[-1, no] == 1 - chance
    assert np.isfinite(SEEN[-1].forecast).sum() == 2
    assert report.fills == 1
    assert asyncio.run(replay(archive, report.record_key, REGISTRY)).identical
    minute(wiring, 1)
    assert SEEN[-1].forecast[:, yes].tolist() == [chance, chance]


def test_source_of_forecasts_that_fails_is_told_and_the_cycle_goes_on() -> None:
    table, weather = running_table(), Weather()
    weather.is_well = False
    confirm(table)
    report = minute(wired(table, MemoryArchive(), forecasts={"weather": weather}))
    assert report.venue_faults == ("weather is closed",)
    assert report.fills > 0
    assert np.isnan(SEEN[-1].forecast).all()


def test_strategy_is_told_of_a_headline_in_the_row_in_which_it_appeared() -> None:
    paper, at = Paper(), cycle_time(CYCLE)
    wiring = wired(running_table(), MemoryArchive(), news={"paper": paper})
    minute(wiring)
    paper.printed.append(Headline("paper", "Ann Example sworn in as mayor", at, at))
    minute(wiring, 1)
    minute(wiring, 2)
    tape = SEEN[-1]
    sworn, other = (tape.instruments.index(f"polymarket:{n}-yes") for n in ("t", "btc"))
    assert SEEN[-2].news[:, sworn].tolist() == [0, 1]
    assert tape.news[:, sworn].tolist() == [1, 0]
    assert tape.news[:, other].tolist() == [0, 0]
    without = wired(running_table(), MemoryArchive())
    minute(without)
    assert np.isnan(SEEN[-1].news).all()


def test_sources_that_are_set_up_are_opened_with_the_venues_and_none_in_a_replay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    variables = {
        "STAGE": "dev", "TABLE_NAME": "t-state", "ARCHIVE_BUCKET": "bucket", "VENUES": "kalshi",
        "FORECASTS": "openmeteo,nws", "NEWS_FEEDS": "https://news.example/world",
        "VENUE_CONTACT": "ops@tester.example",
    }  # fmt: skip
    opened = bootstrap_with(monkeypatch, variables)
    assert list(opened.forecasts) == ["openmeteo", "nws"]
    assert list(opened.news) == ["news.example/world"]
    replayed = bootstrap_with(monkeypatch, {**variables, "VENUES": "recorded"})
    assert (replayed.forecasts, replayed.news) == ({}, {})
    with pytest.raises(InputError, match="crystal-ball"):
        bootstrap_with(monkeypatch, {**variables, "FORECASTS": "crystal-ball"})


def bootstrap_with(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> Runtime:
    monkeypatch.setattr(bootstrap, "settings", lambda: Settings.from_env(variables))
    monkeypatch.setattr(bootstrap, "table", MemoryTable)
    monkeypatch.setattr(bootstrap, "archive", MemoryArchive)
    monkeypatch.setattr(bootstrap, "os", SimpleNamespace(environ=variables))
    return bootstrap.runtime.__wrapped__()
