"""What is nearly certain is bought near its end, where its last cents are worth the wait."""

from dataclasses import replace

import numpy as np
import pytest

from chalicelib.domain.errors import InputError
from chalicelib.domain.tape import Tape
from tests.builders import spot_tape, tape_of
from tests.unit.strategies.last_row import left, places, signals_of, wished

NAME = "near-resolution-convergence"


def dear(*asks: float, fee: float = 0.0, minutes_left: float = 60) -> Tape:
    column = np.array(asks)[:, np.newaxis]
    return tape_of(column - 0.02, column, fee, minutes_left)


STEADY = dear(0.96, 0.96, 0.97)


def test_convergence_buys_the_last_cents() -> None:
    # 0.98 - 0.97 = 0.01 a contract; 0.01 / 0.97 * 525600 / (60 + 120) = 30.10 a year
    signals = signals_of(NAME, STEADY, steady=3)
    assert places(signals.entry) == [(2, 0)]
    (basket,) = signals.entries(STEADY)
    assert basket.edge == pytest.approx(0.01)
    assert basket.legs[0].confidence == 0.98
    assert basket.legs[0].reason == (
        "0.9700 with its fee pays 1 in 60 minutes: 3010.3% a year if it fails as seldom as assumed"
    )


def test_convergence_counts_the_fee() -> None:
    # 0.07 * 0.97 * 0.03 = 0.002037
    (basket,) = signals_of(NAME, dear(0.97, fee=0.07), steady=1).entries(dear(0.97))
    assert basket.edge == pytest.approx(0.98 - 0.97 - 0.002037)
    assert wished(NAME, dear(0.978, fee=0.07), steady=1) != {}
    assert wished(NAME, dear(0.979, fee=0.07), steady=1) == {}


def test_convergence_depends_on_how_often_it_fails() -> None:
    assert wished(NAME, STEADY, steady=3, tail_probability=0.025) != {}
    assert wished(NAME, STEADY, steady=3, tail_probability=0.035) == {}


@pytest.mark.parametrize(
    "seen",
    [
        dear(0.94, 0.96, 0.97),
        dear(0.96, 0.97),
        dear(0.96, np.nan, 0.97),
        dear(0.96, 0.96, 0.985),
        dear(0.96, 0.96, 0.97, minutes_left=1_441),
        dear(0.96, 0.96, 0.97, minutes_left=0),
        replace(STEADY, closes_at=np.array([np.nan])),
        replace(STEADY, ask_size=np.full((3, 1), 50.0)),
        spot_tape([0.97, 0.97, 0.97]),
        tape_of([[0.96], [0.96], [0.70]], [[0.97], [0.97], [0.97]]),
    ],
    ids=[
        "just risen", "too few rows", "a gap", "too dear", "too early", "ended", "no end known",
        "little shown", "currency", "nobody bids",
    ],
)  # fmt: skip
def test_convergence_leaves_alone_what_does_not_fit(seen: Tape) -> None:
    assert wished(NAME, seen, steady=3) == {}


def test_convergence_wants_a_return_on_the_capital_it_locks() -> None:
    # A hundred days ahead: 0.0103 * 525600 / (144000 + 120) = 3.8 % a year
    early = dear(0.97, minutes_left=100 * 24 * 60)
    params = {"steady": 1, "max_minutes": 525_600.0}
    assert wished(NAME, early, **params, min_annual_return=0.037) != {}
    assert wished(NAME, early, **params, min_annual_return=0.038) == {}


def test_convergence_takes_what_just_fits() -> None:
    exactly = replace(dear(0.95, 0.95, 0.96), ask_size=np.full((3, 1), 100.0))
    assert wished(NAME, exactly, steady=3, min_shown=96.0, max_minutes=60.0) != {}
    assert wished(NAME, exactly, steady=3, min_shown=96.1, max_minutes=60.0) == {}
    assert wished(NAME, exactly, steady=3, min_shown=96.0, max_minutes=59.0) == {}


def test_convergence_gives_up_when_the_tail_happens() -> None:
    falling = dear(0.96, 0.96, 0.85)
    assert left(NAME, falling, steady=3) == {
        "test:m0:yes": "fell to 0.840: the unlikely may be happening"
    }
    assert left(NAME, STEADY, steady=3) == {}


def test_convergence_refuses_to_give_up_what_it_has_just_bought() -> None:
    with pytest.raises(InputError, match=r"give_up 0.96 is not below lowest 0.95"):
        signals_of(NAME, STEADY, give_up=0.96)
