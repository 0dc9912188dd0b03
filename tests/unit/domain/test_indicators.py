"""Indicators agree with TA-Lib, look backwards only, and remember no more than they say."""

from collections.abc import Callable

import numpy as np
import pytest
import talib
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import indicators
from chalicelib.domain.arrays import FloatArray
from tests.builders import random_spot_walk, random_walk

Measure = Callable[[FloatArray], FloatArray]

W, MEMORY = 14, 40
AGAINST_TA_LIB: dict[str, tuple[Measure, Measure, int]] = {
    "mean": (lambda v: indicators.rolling_mean(v, W), lambda v: talib.SMA(v, W), W),
    "deviation": (
        lambda v: indicators.rolling_deviation(v, W),
        lambda v: talib.STDDEV(v, W, 1),
        W,
    ),
    "highest": (lambda v: indicators.rolling_max(v, W), lambda v: talib.MAX(v, W), W),
    "lowest": (lambda v: indicators.rolling_min(v, W), lambda v: talib.MIN(v, W), W),
    "lower band": (
        lambda v: indicators.bollinger_bands(v, W, 2)[0],
        lambda v: talib.BBANDS(v, W, 2, 2)[2],
        W,
    ),
    "middle band": (
        lambda v: indicators.bollinger_bands(v, W, 2)[1],
        lambda v: talib.BBANDS(v, W, 2, 2)[1],
        W,
    ),
    "upper band": (
        lambda v: indicators.bollinger_bands(v, W, 2)[2],
        lambda v: talib.BBANDS(v, W, 2, 2)[0],
        W,
    ),
    "ema": (lambda v: indicators.ema(v, W, MEMORY), lambda v: talib.EMA(v, W), MEMORY),
    "rsi": (lambda v: indicators.rsi(v, W, MEMORY), lambda v: talib.RSI(v, W), MEMORY + 1),
    "atr": (lambda v: indicators.atr(v, W, MEMORY), lambda v: talib.ATR(v, v, v, W), MEMORY + 1),
}
"""Ours, TA-Lib's over one column, and the rows that ours needs."""

WALKS = pytest.mark.parametrize(
    "prices",
    [random_walk(1, 200, 3, 0).mid, random_spot_walk(2, 200, 6, 0).mid],
    ids=["bet", "coin"],
)


@WALKS
@pytest.mark.parametrize("name", AGAINST_TA_LIB)
def test_indicator_of_each_window_is_what_ta_lib_answers_for_it(
    name: str, prices: FloatArray
) -> None:
    """TA-Lib is started anew for each row, at the first one that ours may remember."""
    ours, reference, needed = AGAINST_TA_LIB[name]
    scale = np.nanmean(prices, axis=0)
    found = ours(prices / scale)
    assert np.isnan(found[: needed - 1]).all()
    for row in range(needed - 1, len(prices)):
        for column in range(prices.shape[1]):
            alone = np.ascontiguousarray((prices / scale)[row + 1 - needed : row + 1, column])
            # where nothing moved TA-Lib answers 0, as if the price had only fallen
            still = name == "rsi" and np.ptp(alone) == 0
            expected = np.nan if still else reference(alone)[-1]
            assert found[row, column] == pytest.approx(expected, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("name", ["ema", "rsi", "atr"])
def test_indicator_with_a_long_memory_is_what_ta_lib_remembers_for_ever(name: str) -> None:
    prices = random_spot_walk(3, 700, 1, 0).mid
    prices = prices / prices.mean()
    _, reference, _ = AGAINST_TA_LIB[name]
    found = getattr(indicators, name)(prices, W, 600)
    assert found[-1, 0] == pytest.approx(reference(prices[:, 0].copy())[-1], abs=1e-9)


def test_atr_with_highs_and_lows_is_that_of_ta_lib() -> None:
    close = random_walk(4, 100, 1, 0).mid
    high, low = close + 0.03, close - 0.01
    found = indicators.atr(close, W, 99, high=high, low=low)
    expected = talib.ATR(high[:, 0].copy(), low[:, 0].copy(), close[:, 0].copy(), W)
    assert found[-1, 0] == pytest.approx(expected[-1], abs=1e-9)


def test_z_score_counts_deviations_from_the_mean_of_its_own_window() -> None:
    z = indicators.z_score(np.array([[1.0], [1.0], [4.0]]), 3)
    assert np.isnan(z[:2]).all()
    assert z[2, 0] == pytest.approx(2 / np.sqrt(2))  # mean 2, squares 1, 1 and 4


@pytest.mark.parametrize("price", [0.1, 0.7, 64_123.45])
def test_indicators_of_a_price_that_never_moved_claim_no_direction(price: float) -> None:
    still = np.full((120, 2), price)
    assert np.isnan(indicators.z_score(still, 20)).all()
    assert np.isnan(indicators.rsi(still, 14)).all()
    assert (indicators.rolling_deviation(still, 20)[19:] == 0).all()
    assert (indicators.rolling_mean(still, 20)[19:] == price).all()
    assert (indicators.atr(still, 14)[70:] == 0).all()


EVERY: dict[str, tuple[Callable[[FloatArray, int], FloatArray], int]] = {
    "mean": (lambda v, start: indicators.rolling_mean(v, 9, start), 9),
    "z": (lambda v, start: indicators.z_score(v, 9, start), 9),
    "before": (lambda v, start: indicators.mean_and_deviation_before(v, 9, start)[1], 10),
    "highest": (lambda v, start: indicators.rolling_max(v, 9, start), 9),
    "lowest": (lambda v, start: indicators.rolling_min(v, 9, start), 9),
    "band": (lambda v, start: indicators.bollinger_bands(v, 9, 2, start)[2], 9),
    "ema": (lambda v, start: indicators.ema(v, 5, None, start), 25),
    "rsi": (lambda v, start: indicators.rsi(v, 5, None, start), 26),
    "atr": (lambda v, start: indicators.atr(v, 5, None, start), 26),
}
"""Each with the rows that it may remember."""


@given(
    name=st.sampled_from(sorted(EVERY)),
    seed=st.integers(0, 10**6),
    rows=st.integers(1, 70),
    columns=st.integers(1, 40),
    unknown=st.sampled_from([0.0, 0.01]),
)
def test_indicator_is_the_same_bits_on_the_window_alone_and_with_a_start(
    name: str, seed: int, rows: int, columns: int, unknown: float
) -> None:
    prices = random_walk(seed, rows, columns, unknown).mid
    measure, needed = EVERY[name]
    whole = measure(prices, 0)
    np.testing.assert_array_equal(whole[-1], measure(prices[-needed:], 0)[-1])
    from_start = measure(prices, needed + 3)
    np.testing.assert_array_equal(from_start[needed + 3 :], whole[needed + 3 :])
    assert np.isnan(from_start[: needed + 3]).all()


def test_indicator_of_a_window_with_an_unknown_price_is_unknown() -> None:
    prices = random_spot_walk(5, 60, 2, 0).mid
    prices = prices.copy()
    prices[30, 0] = np.nan
    for name, (measure, needed) in EVERY.items():
        found = np.isnan(measure(prices, 0))
        first = 31 if name == "before" else 30
        assert found[first : 30 + needed, 0].all(), name
        assert not found[30 + needed :, 0].any(), name
        assert not found[needed:, 1].any(), name


def test_indicator_over_many_rows_is_worked_out_in_parts_that_agree(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    prices = random_walk(6, 90, 5, 0).mid
    whole = indicators.rsi(prices, 5)
    monkeypatch.setattr("chalicelib.domain.windows.CELLS", 1)
    np.testing.assert_array_equal(indicators.rsi(prices, 5), whole)


def test_memory_shorter_than_the_window_is_refused() -> None:
    with pytest.raises(ValueError, match="memory of 10 rows is shorter than the window of 14"):
        indicators.ema(np.ones((50, 1)), 14, 10)


def test_carried_fills_short_gaps_with_what_was_last_known() -> None:
    nan = np.nan
    gaps = np.array([[nan], [1.0], [nan], [nan], [nan], [5.0], [nan]])
    filled = indicators.carried(gaps, 2)[:, 0]
    assert filled.tolist()[1:4] == [1.0, 1.0, 1.0]
    assert np.isnan(filled[[0, 4]]).all()
    assert filled.tolist()[5:] == [5.0, 5.0]
    assert np.isnan(gaps[2, 0])
    np.testing.assert_array_equal(indicators.carried(gaps, 0), gaps)
