"""All measures of a run: every one is there, finite or undefined with its reason."""

import math
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from decimal import Decimal
from typing import Any

import empyrical
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.research.figures import Figure
from chalicelib.research.round_trips import RoundTrip
from chalicelib.research.statistics import Statistics, statistics_of

DAY = 86_400
START = 1_767_225_600
"""2026-01-01 00:00 UTC."""


def trip(opened: int, closed: int, staked: str, gain: str) -> RoundTrip:
    return RoundTrip(
        "test", "i", "m", opened // 60, closed // 60, Decimal(staked), Decimal(gain), Decimal(0)
    )


def figures(value: Any) -> Iterator[Figure]:
    if isinstance(value, Figure):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from figures(getattr(value, field.name))


def hourly(days: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    changes = np.random.default_rng(seed).normal(0.0003, 0.004, 24 * days - 1)
    equity = 1000 * np.concatenate([[1.0], np.cumprod(1 + changes)])
    return START + 3600 * np.arange(24 * days), equity


def test_returns_are_those_of_days_and_the_year_has_365_of_them() -> None:
    times, equity = hourly(120)
    daily = np.concatenate([equity[:1], equity[23::24]])
    changes = daily[1:] / daily[:-1] - 1
    found = statistics_of(times, equity, [], 0.0)
    assert found.reward.sharpe.estimate == pytest.approx(
        empyrical.sharpe_ratio(changes, annualization=365)
    )
    assert found.reward.sortino.value == pytest.approx(
        empyrical.sortino_ratio(changes, annualization=365)
    )
    assert found.risk.maximum_drawdown.value == pytest.approx(
        -empyrical.max_drawdown(np.diff(equity) / equity[:-1])
    )
    assert list(found.months) == ["2026-01", "2026-02", "2026-03", "2026-04"]


def test_interval_of_the_sharpe_ratio_is_always_there_and_agrees_with_its_probability() -> None:
    found = statistics_of(*hourly(120), [], 0.0).reward
    low, high = found.sharpe.low, found.sharpe.high
    assert low < found.sharpe.estimate < high  # type: ignore[operator]
    assert (found.probability.value > 0.975) is (low > 0)  # type: ignore[operator]
    assert found.sharpe_corrected.value == pytest.approx(found.sharpe.estimate, rel=0.6)


def test_trades_are_measured_in_dollars_and_kelly_by_stake() -> None:
    times, equity = hourly(60)
    trips = [
        trip(START, START + DAY, "10", "5"),
        trip(START + DAY // 2, START + 3 * DAY, "100", "-20"),
        trip(START + 30 * DAY, START + 33 * DAY, "10", "4"),
    ]
    found = statistics_of(times, equity, trips, 240.0).trading
    assert (found.count, found.win_rate.value) == (3, pytest.approx(2 / 3))
    assert found.profit_factor.value == pytest.approx(9 / 20)
    assert found.expectancy.value == pytest.approx(-11 / 3)
    assert found.kelly.value == pytest.approx(2 / 3 - (1 / 3) / (0.45 / 0.2))
    assert found.exposure.value == pytest.approx(6 / (60 - 1 / 24))
    expected = 240 / equity.mean() * 365 / (60 - 1 / 24)
    assert found.turnover.value == pytest.approx(expected)


def test_drawdowns_are_of_every_point_not_of_days() -> None:
    times = START + 3600 * np.arange(6)
    found = statistics_of(times, np.array([100.0, 50, 100, 1000, 900, 1000]), [], 0.0).risk
    assert found.maximum_drawdown.value == pytest.approx(0.5)
    assert found.deepest.peak_at == START  # type: ignore[union-attr]
    assert found.dearest.dollars == 100  # type: ignore[union-attr]


def test_run_under_thirty_days_has_no_annual_figure_but_a_return() -> None:
    reward = statistics_of(*hourly(20), [], 0.0).reward
    annual = (reward.annual_growth, reward.sharpe_corrected, reward.sortino, reward.calmar)
    assert [figure.value for figure in annual] == [None] * 4
    assert "a year is not told from less than 30" in reward.sharpe.reason
    assert reward.total_return.value is not None
    assert reward.return_over_drawdown.value is not None


@pytest.mark.parametrize("points", [0, 1, 2])
def test_run_without_a_past_has_no_figure_but_reasons(points: int) -> None:
    times, equity = hourly(1)
    found = statistics_of(times[:points], equity[:points], [], 0.0)
    assert all(each.value is None or math.isfinite(each.value) for each in figures(found))
    assert found.reward.sharpe.estimate is None
    assert found.reward.sharpe.reason


@given(
    st.lists(st.sampled_from([1.0, 1.0, 1.01, 0.5, 2.0, 1e-3]), min_size=1, max_size=80),
    st.lists(st.sampled_from(["5", "-5", "0"]), max_size=4),
)
def test_no_run_has_an_infinite_figure_or_one_without_value_and_reason(
    factors: list[float], gains: list[str]
) -> None:
    equity = 100 * np.cumprod(factors)
    trips = [trip(START, START + DAY, "10", gain) for gain in gains]
    found: Statistics = statistics_of(START + DAY * np.arange(len(factors)), equity, trips, 1.0)
    for figure in figures(found):
        assert (figure.value is None) is bool(figure.reason)
        assert figure.value is None or math.isfinite(figure.value)
