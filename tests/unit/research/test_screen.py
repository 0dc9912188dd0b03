"""The screen agrees with the exact engine wherever nothing but the strategy decides."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.cycle import Config
from chalicelib.domain.fee import FeeFormula, FeeRounding, FeeTerms, RoundingMethod
from chalicelib.domain.market import Market, Resolution
from chalicelib.domain.protection import unprotected
from chalicelib.domain.quality import QualityRules
from chalicelib.domain.risk import RiskLimits
from chalicelib.domain.signal import Signals
from chalicelib.domain.strategy import Strategy, StrategyParams
from chalicelib.domain.tape import Tape
from chalicelib.fees.stated import EVER
from chalicelib.research.paper import PaperRun, run_paper
from chalicelib.research.round_trips import round_trips
from chalicelib.research.screen import Executions, FixedStake, Screened, screen
from chalicelib.research.series import Prices, SeriesVenue, SpreadModel
from tests.builders import NO, YES, market, spot_market, spot_tape, tape

START = datetime(2026, 1, 1, tzinfo=UTC)
MINUTES = timedelta(minutes=1)
LIMITS = RiskLimits(max_exposure=Decimal(1), max_share_of_depth=Decimal(1))
QUALITY = QualityRules(jump_dollars=None, jump_share=None)
CONFIG = Config({}, LIMITS, protections=unprotected(), quality=QUALITY)
EDGE = 0.03
CLOSE = {"rel": 1e-9, "abs": 1e-9}


def fee(formula: FeeFormula, rate: str) -> FeeTerms:
    """A taker's fee that is never rounded."""
    return FeeTerms(
        venue="test",
        scope="*",
        valid_from=EVER,
        formula=formula,
        taker_rate=Decimal(rate),
        rounding=FeeRounding(RoundingMethod.EXACT, Decimal("0.00000001")),
        name="exact",
        source="the test",
    )


PERCENT, CURVE = fee(FeeFormula.PERCENT, "0.001"), fee(FeeFormula.QUADRATIC, "0.07")


class Scripted(Strategy):
    """Wishes at the minutes that it was told, for the first outcome."""

    name = "scripted"
    Params = StrategyParams
    entries: frozenset[int] = frozenset()
    exits: frozenset[int] = frozenset()
    lookback = 1

    def signals(self, tape: Tape) -> Signals:
        """Look the minutes up."""
        first = np.array([not name.endswith("no") for name in tape.instruments])
        at = [int(t - START.timestamp()) // 60 for t in tape.times]

        def told(minutes: frozenset[int]) -> Any:
            return np.array([[m in minutes for m in at]]).T & first

        shape = tape.bid.shape
        return Signals(
            told(self.entries),
            told(self.exits),
            np.full(shape, EDGE),
            np.ones(shape),
            "told",
            "told",
        )


def scripted(entries: set[int], exits: set[int]) -> type[Strategy]:
    script = {"entries": frozenset(entries), "exits": frozenset(exits - entries)}
    return type("Scripted", (Scripted,), script)


def past(listed: Market, mids: list[Decimal], payout: Decimal | None = None) -> SeriesVenue:
    """A price a minute, half a cent or permille on each side; the result after the last price."""
    known = [int((START + n * MINUTES).timestamp()) for n in range(len(mids))]
    paid_at = START + len(mids) * MINUTES
    result = None
    if payout is not None:
        paid = {YES: payout, NO: Decimal(1) - payout}
        result = Resolution(listed.market_id, paid, paid_at, "the test")
    prices = Prices(listed, known, mids, resolution=result)
    spread = SpreadModel(Decimal("0.005"), Decimal(10**7), 5 * MINUTES)
    return SeriesVenue("test", [prices], spread, lambda market, _at: market.fee)


def exactly(venue: SeriesVenue, strategy: type[Strategy]) -> PaperRun:
    return run_paper([venue], {"scripted": strategy}, CONFIG, venue.moments)


def screened(
    listed: Market, venue: SeriesVenue, strategy: type[Strategy], rows: int, payout: float | None
) -> Screened:
    """The same past as a tape."""
    quotes = [venue._around(listed, mid) for mid in venue._series[listed.market_id].mids]
    bid, ask = (
        np.array([[np.nan if side is None else float(side)] for side in sides])
        for sides in zip(*quotes, strict=True)
    )
    spot = len(listed.outcomes) == 1
    blank = spot_tape(np.ones(rows), fee=0.001) if spot else tape(np.full(rows, 0.5), fee=0.07)
    times = np.array([int((START + n * MINUTES).timestamp()) for n in range(rows)])
    seen = replace(blank, bid=bid, ask=ask, times=times)
    met = Executions.next_row(seen)
    paid = np.full(1, np.nan if payout is None else payout)
    stake = FixedStake(cash=200, size_step=float(listed.size_step), tick=float(listed.tick))
    signals = strategy(StrategyParams()).signals(seen)
    return screen(signals, seen, replace(met, payout=paid), stake)


def assert_same(run: PaperRun, found: Screened, rows: int) -> None:
    """The same entries, exits, sizes and gains, and the same account at every minute."""
    buys = [f for f in run.fills if f.side == "buy"]
    start = int(START.timestamp()) // 60
    assert [f.cycle_id - start for f in buys] == found.entry_rows.tolist()
    assert [float(f.size) for f in buys] == pytest.approx(found.sizes.tolist(), **CLOSE)
    trips = round_trips(run.fills, run.settlements)
    assert [float(t.gain) for t in trips] == pytest.approx(
        found.gains[: len(trips)].tolist(), **CLOSE
    )
    equity = [float(value) - 10_000 for _, value in run.equity["scripted"]][:rows]
    assert equity == pytest.approx(found.gain_so_far.tolist(), rel=1e-9, abs=1e-5)


MINUTE_SETS = st.sets(st.integers(0, 29), max_size=20)
some = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)


@some
@given(
    cents=st.lists(st.integers(5_000, 20_000), min_size=30, max_size=30),
    entries=MINUTE_SETS,
    exits=MINUTE_SETS,
)
def test_screen_of_a_currency_is_the_exact_engine(
    cents: list[int], entries: set[int], exits: set[int]
) -> None:
    listed = spot_market(fee=PERCENT)
    strategy = scripted(entries, exits)
    venue = past(listed, [Decimal(c) / 100 for c in cents])
    run = exactly(venue, strategy)
    assert_same(run, screened(listed, venue, strategy, 30, None), 30)


@some
@given(
    cents=st.lists(st.integers(1, 99), min_size=30, max_size=30),
    entries=MINUTE_SETS,
    exits=MINUTE_SETS,
    payout=st.sampled_from([Decimal(0), Decimal(1)]),
)
def test_screen_of_a_contract_is_the_exact_engine_up_to_its_payout(
    cents: list[int], entries: set[int], exits: set[int], payout: Decimal
) -> None:
    listed = market(fee=CURVE, closes_at=None, min_size=Decimal("0.01"), min_notional=Decimal(0))
    strategy = scripted(entries, exits)
    venue = past(listed, [Decimal(c) / 100 for c in cents], payout)
    run = exactly(venue, strategy)
    assert_same(run, screened(listed, venue, strategy, 30, float(payout)), 30)


def test_screen_refuses_what_it_cannot_tell() -> None:
    seen = tape([0.4, 0.5])
    basket = replace(Signals.none(seen), basket=np.zeros(1, np.int64))
    with pytest.raises(ValueError, match="exact engine"):
        screen(basket, seen, Executions.next_row(seen), FixedStake())
