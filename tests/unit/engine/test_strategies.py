"""What each strategy does, in a trader's terms: when it enters and leaves, what fees change."""

from typing import Any

import pytest

from chalicelib.domain.strategy import build_strategy
from chalicelib.domain.tape import Tape
from chalicelib.strategies import discover
from tests.builders import spot_tape, tape

discover()
FLAT = [0.50, 0.51, 0.49, 0.50, 0.51, 0.49]


def entries(name: str, seen: Tape, **params: Any) -> list[str]:
    """Instruments that the strategy wants to buy now."""
    baskets = build_strategy(name, params).signals(seen).entries(seen)
    return [leg.instrument_id for basket in baskets for leg in basket.legs]


def exits(name: str, seen: Tape, **params: Any) -> dict[str, str]:
    return dict(build_strategy(name, params).signals(seen).exits(seen))


def test_mean_reversion_buys_a_price_far_below_its_own_mean() -> None:
    fallen = tape([*FLAT, 0.40])
    assert entries("mean-reversion", fallen, window=6) == ["test:m0:yes"]
    assert exits("mean-reversion", fallen, window=6) == {}


def test_mean_reversion_leaves_when_the_price_is_back() -> None:
    back = tape([*FLAT, 0.495])
    assert entries("mean-reversion", back, window=6) == []
    reason = exits("mean-reversion", back, window=6)["test:m0:yes"]
    assert reason == "back at 0.495, its mean is 0.500"


@pytest.mark.parametrize("now", [0.46, 0.60])
def test_mean_reversion_does_not_buy_a_small_dip_or_a_rise(now: float) -> None:
    assert entries("mean-reversion", tape([*FLAT, now]), window=6) == []


def test_mean_reversion_does_not_buy_what_moves_that_much_all_the_time() -> None:
    wild = tape([0.3, 0.7, 0.3, 0.7, 0.3, 0.7, 0.4])
    assert entries("mean-reversion", wild, window=6) == []


def test_mean_reversion_does_not_buy_when_the_way_back_would_not_pay_the_fees() -> None:
    fallen = [*FLAT, 0.44]
    assert entries("mean-reversion", tape(fallen, fee=0.07), window=6)
    assert not entries("mean-reversion", tape(fallen, fee=0.12), window=6)
    assert not entries("mean-reversion", tape(fallen, spread=0.14), window=6)


def test_mean_reversion_edge_is_the_way_back_less_both_fees() -> None:
    seen = tape([*FLAT, 0.40], fee=0.07)
    (found,) = build_strategy("mean-reversion", {"window": 6}).signals(seen).entries(seen)
    fees = 0.07 * (0.41 * 0.59 + 0.5 * 0.5)
    assert found.edge == pytest.approx(0.50 - 0.41 - fees)


RISING = [0.40, 0.42, 0.44, 0.46, 0.48, 0.50]


def test_momentum_buys_a_steady_rise() -> None:
    assert entries("momentum", tape(RISING), window=5) == ["test:m0:yes"]


@pytest.mark.parametrize("window", [2, 3, 5, 10, 11])
@pytest.mark.parametrize("start", [0.07, 0.31, 0.48])
def test_momentum_buys_a_steady_rise_in_cents_at_any_price_and_window(
    window: int, start: float
) -> None:
    rising = tape([start + 0.03 * step for step in range(window + 1)])
    assert entries("momentum", rising, window=window) == ["test:m0:yes"]


def test_momentum_takes_a_rise_of_exactly_the_least() -> None:
    exactly = [0.40, 0.42, 0.44, 0.46]
    assert entries("momentum", tape(exactly), window=3, min_rise=0.06) == ["test:m0:yes"]
    assert entries("momentum", tape(exactly), window=3, min_rise=0.061) == []


def test_momentum_does_not_buy_a_rise_that_has_stopped() -> None:
    stopped = tape([0.40, 0.47, 0.50, 0.50, 0.50, 0.50])
    assert entries("momentum", stopped, window=5) == []


def test_momentum_does_not_buy_a_fall() -> None:
    assert entries("momentum", tape(RISING[::-1]), window=5) == []


def test_momentum_leaves_when_the_price_turns() -> None:
    turned = tape([0.40, 0.45, 0.50, 0.55, 0.53, 0.51])
    assert exits("momentum", turned, window=5) == {"test:m0:yes": "turned: -0.040 lately"}
    assert exits("momentum", tape(RISING), window=5) == {}


def test_momentum_does_not_buy_when_going_on_would_not_pay_the_fees() -> None:
    assert entries("momentum", tape(RISING, fee=0.07), window=5)
    assert not entries("momentum", tape(RISING, fee=0.09), window=5)
    assert not entries("momentum", tape(RISING, spread=0.11), window=5)


def test_momentum_does_not_buy_what_is_nearly_certain_already() -> None:
    dear = tape([price + 0.38 for price in RISING])
    assert entries("momentum", dear, window=5) == []
    assert entries("momentum", dear, window=5, highest=0.90) == ["test:m0:yes"]


@pytest.mark.parametrize("price", [0.00001, 0.4, 64_000.0])
def test_momentum_of_a_currency_is_a_share_of_its_price_however_dear(price: float) -> None:
    rising = spot_tape([price * (1 + 0.02 * step) for step in range(6)])
    assert entries("momentum", rising, window=5, min_rise=0.09) == ["test:COIN0USD"]
    assert entries("momentum", rising, window=5, min_rise=0.11) == []
    turned = spot_tape([price * share for share in (1, 1.05, 1.1, 1.1, 1.08, 1.06)])
    assert list(exits("momentum", turned, window=5, reversal=0.03)) == ["test:COIN0USD"]
    assert exits("momentum", turned, window=5, reversal=0.05) == {}


def test_momentum_of_a_currency_has_to_pay_the_fees_of_both_ways() -> None:
    rising = [64_000 * (1 + 0.02 * step) for step in range(6)]
    assert entries("momentum", spot_tape(rising, fee=0.001), window=5)
    assert not entries("momentum", spot_tape(rising, fee=0.025), window=5)


@pytest.mark.parametrize("price", [0.00001, 0.4, 64_000.0])
def test_mean_reversion_of_a_currency_is_a_share_of_its_price_however_dear(price: float) -> None:
    fallen = spot_tape([price * 2 * each for each in (*FLAT, 0.40)])
    assert entries("mean-reversion", fallen, window=6) == ["test:COIN0USD"]
    assert entries("mean-reversion", fallen, window=6, min_deviation=0.25) == []


@pytest.mark.parametrize(
    ("name", "prices", "params"),
    [("mean-reversion", [*FLAT, 0.40], {"window": 6}), ("momentum", RISING, {"window": 5})],
)
def test_strategy_enters_nothing_in_the_last_minutes_of_a_market(
    name: str, prices: list[float], params: dict[str, int]
) -> None:
    assert entries(name, tape(prices, minutes_left=4), **params)
    assert not entries(name, tape(prices, minutes_left=3), **params)
