"""The tape cannot be changed or misshapen, and its measures look backwards only."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.indicators import change_over, mean_and_deviation_before, minutes_to_close
from tests.builders import asking, beside, random_walk, spot_tape, tape

windows = st.integers(1, 12)
walks = st.builds(random_walk, st.integers(0, 10**6), st.integers(1, 30), st.integers(1, 5))


def test_tape_arrays_cannot_be_written_to() -> None:
    held = tape([0.4, 0.5])
    apart = {"instruments", "questions"}
    arrays = [getattr(held, f.name) for f in fields(held) if f.name not in apart]
    asked = [getattr(held.questions, f.name) for f in fields(held.questions)]
    for array in (*arrays, *asked, held.mid):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


@pytest.mark.parametrize("field", ["group", "low", "twin"])
def test_tape_with_a_question_of_the_wrong_shape_says_which_array(field: str) -> None:
    good = tape([[0.4, 0.6], [0.5, 0.5]])
    with pytest.raises(ValueError, match=f"{field} has shape"):
        asking(good, **{field: [0]})


@pytest.mark.parametrize("field", ["bid", "ask_size", "market"])
def test_tape_of_the_wrong_shape_says_which_array(field: str) -> None:
    good = tape([[0.4, 0.6], [0.5, 0.5]])
    with pytest.raises(ValueError, match=f"{field} has shape"):
        replace(good, **{field: getattr(good, field)[:-1]})


def test_tape_rows_keep_the_instruments() -> None:
    held = tape([0.1, 0.2, 0.3, 0.4])
    part = held.rows(1, 3)
    assert len(part) == 2
    assert part.instruments == held.instruments
    assert part.mid[:, 0] == pytest.approx([0.2, 0.3])


def test_tape_mid_is_unknown_where_a_side_shows_nothing() -> None:
    one_sided = replace(tape([0.4, 0.5]), bid=np.array([[0.39], [np.nan]]))
    assert np.isnan(one_sided.mid[:, 0]).tolist() == [False, True]


def test_tape_fee_is_the_venues_fee_per_contract() -> None:
    at_half = np.array([[0.5]])
    assert tape([0.5], fee=0.07).taker_fee(at_half) == pytest.approx(np.array([[0.0175]]))


def test_tape_fee_bends_with_its_exponent_for_all_columns_or_some() -> None:
    curved = replace(tape([[0.5, 0.2, 0.5]], fee=0.25), fee_exponent=np.array([2.0, 1.0, 2.0]))
    fees = [0.25 * 0.25**2, 0.25 * 0.16, 0.25 * 0.25**2]
    assert curved.taker_fee(curved.mid) == pytest.approx(np.array([fees]))
    some = np.array([2, 1])
    assert curved.taker_fee(curved.mid[:, some], some) == pytest.approx(np.array([fees[:0:-1]]))


def test_tape_counts_moves_of_contracts_in_dollars_and_of_currencies_in_shares() -> None:
    both = replace(tape([[0.4, 64_000]]), spot=np.array([False, True]))
    assert both.move_unit(both.mid).tolist() == [[1.0, 64_000.0]]


def test_tape_fee_of_a_currency_is_a_share_of_its_price_beside_a_contract() -> None:
    both = replace(
        tape([[0.5, 64_000]]),
        fee_rate=np.array([0.07, 0.001]),
        fee_of_value=np.array([False, True]),
    )
    assert both.taker_fee(both.mid) == pytest.approx(np.array([[0.0175, 64.0]]))


def test_tape_fee_and_time_left_of_some_columns_are_those_of_all() -> None:
    seen = beside(tape([[0.3, 0.7]], fee=0.07), spot_tape([[50_000.0, 2.0]], fee=0.001))
    some = np.array([3, 1])
    of_some, of_all = seen.taker_fee(seen.ask[:, some], some), seen.taker_fee(seen.ask)
    assert (
        of_some.tolist() == of_all[:, some].tolist() == [[0.002, pytest.approx(0.07 * 0.71 * 0.29)]]
    )
    np.testing.assert_array_equal(minutes_to_close(seen, some), minutes_to_close(seen)[:, some])


@given(walks, windows)
def test_rolling_measures_are_those_of_the_rows_before(walk, window: int) -> None:  # type: ignore[no-untyped-def]
    mean, deviation = mean_and_deviation_before(walk.mid, window)
    for row in range(len(walk)):
        before = walk.mid[row - window : row]
        if row < window:
            assert np.isnan(mean[row]).all()
            continue
        assert mean[row] == pytest.approx(before.mean(axis=0), nan_ok=True)
        assert deviation[row] == pytest.approx(before.std(axis=0), nan_ok=True, abs=1e-12)


@given(walks, windows)
def test_rolling_measures_are_the_same_bits_however_long_the_tape(walk, window: int) -> None:  # type: ignore[no-untyped-def]
    whole = mean_and_deviation_before(walk.mid, window)
    recent = mean_and_deviation_before(walk.mid[-window - 1 :], window)
    for long, short in zip(whole, recent, strict=True):
        np.testing.assert_array_equal(long[-1], short[-1])


def test_change_is_against_the_row_so_many_rows_ago() -> None:
    change = change_over(np.array([[0.1], [0.4], [0.2]]), 2)
    assert np.isnan(change[:2]).all()
    assert change[2, 0] == pytest.approx(0.1)
    assert np.isnan(change_over(np.array([[0.1]]), 2)).all()


def test_minutes_to_close_count_down_and_are_endless_where_no_end_is_known() -> None:
    ends = tape([0.5, 0.5, 0.5], minutes_left=10)
    assert minutes_to_close(ends)[:, 0].tolist() == [12, 11, 10]
    endless = replace(ends, closes_at=np.array([np.nan]))
    assert np.isinf(minutes_to_close(endless)).all()
