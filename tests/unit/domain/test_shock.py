"""How unusual the newest rows are by those before."""

import numpy as np
import pytest

from chalicelib.domain.shock import price_shock, volume_shock


def column(*values: float) -> np.ndarray:
    return np.array(values)[:, np.newaxis]


def test_price_shock_is_measured_in_the_noise_before_it() -> None:
    # Changes of 0.02 to and fro have a deviation of 0.02; over four rows that is 0.04.
    price = column(0.50, 0.52, 0.50, 0.52, 0.50, 0.53, 0.56, 0.59, 0.62)
    move, deviations = price_shock(price, recent=4, baseline=4)
    assert move[8, 0] == pytest.approx(0.12)
    assert deviations[8, 0] == pytest.approx(3.0)
    assert np.isnan(deviations[:8]).all()


def test_price_shock_out_of_silence_is_measured_in_tenths_of_a_cent() -> None:
    _, deviations = price_shock(column(0.5, 0.5, 0.5, 0.5, 0.51), recent=1, baseline=3)
    assert deviations[4, 0] == pytest.approx(10)


def test_volume_shock_compares_the_new_dollars_with_as_many_rows_before() -> None:
    fresh, usual = volume_shock(column(0, 10, 20, 30, 130, 230), recent=2, baseline=3)
    assert (fresh[5, 0], usual[5, 0]) == (200, pytest.approx(20))
    assert np.isnan(usual[:5]).all()


def test_volume_shock_takes_a_day_that_loses_volume_for_one_without_any() -> None:
    _, usual = volume_shock(column(100, 90, 80, 70, 170), recent=1, baseline=3)
    assert usual[4, 0] == 0
