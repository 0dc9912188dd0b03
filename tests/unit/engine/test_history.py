"""The tape a strategy sees: aligned to what is quoted now, NaN for what was not known."""

from dataclasses import replace

import numpy as np
import pytest

from chalicelib.codec import Codec
from chalicelib.domain.cycle import HistoryRow
from chalicelib.domain.indicators import minutes_to_close
from chalicelib.domain.money import ONE
from chalicelib.domain.tape import Tape
from chalicelib.engine.history import History, TapeRow, build_tape, history_row
from tests.builders import CYCLE, NO, NOW, SEVEN, SPOT, YES, exact, market, quote, spot_market


def row(cycle: int, **asks: float) -> TapeRow:
    """What was quoted in one cycle, by the market's name; the bid is two cents below the ask."""
    quotes = {f"test:{n}:yes": quote(f"test:{n}:yes", ask - 0.02, ask) for n, ask in asks.items()}
    return TapeRow.of(history_row(cycle, quotes))


def asks(tape: Tape, name: str) -> list[float]:
    return tape.ask[:, tape.instruments.index(f"test:{name}:yes")].tolist()


def test_history_row_keeps_the_instruments_in_order_and_the_unknown_as_none() -> None:
    kept = history_row(CYCLE, {YES: quote(YES, "0.4", None, 7), NO: quote(NO, None, "0.6", 9)})
    nothing = (None, None)
    assert kept == HistoryRow(
        CYCLE, (NO, YES), ((None, 0.4), (0.6, None), (None, 7.0), (9.0, None), nothing)
    )


def test_tape_has_the_instruments_quoted_now_over_the_whole_window() -> None:
    window = [
        row(CYCLE - 2, a=0.3, gone=0.9),
        row(CYCLE - 1, b=0.5, a=0.31),
        row(CYCLE, a=0.32, b=0.51),
    ]
    built = build_tape(window, [])
    assert built.instruments == ("test:a:yes", "test:b:yes")
    assert asks(built, "a") == [0.3, 0.31, 0.32]
    assert asks(built, "b") == pytest.approx([np.nan, 0.5, 0.51], nan_ok=True)


def test_tape_sizes_and_bids_move_with_their_instruments() -> None:
    first = TapeRow.of(history_row(CYCLE - 1, {"b": quote("b", "0.1", "0.2", 7)}))
    second = TapeRow.of(
        history_row(CYCLE, {"a": quote("a", "0.3", "0.4", 8), "b": quote("b", "0.5", None, 9)})
    )
    built = build_tape([first, second], [])
    assert built.bid[:, 1].tolist() == [0.1, 0.5]
    assert built.bid_size[:, 1].tolist() == [7, 9]
    for array in (built.bid, built.ask, built.bid_size, built.ask_size):
        assert np.isnan(array[0, 0])
    assert np.isnan([built.ask[1, 1], built.ask_size[1, 1]]).all()


def test_tape_volume_is_the_markets_as_it_was_stated_in_each_row() -> None:
    quotes = {i: quote(i, "0.4", "0.5") for i in (YES, NO)}
    rows = [
        history_row(CYCLE - 1, quotes, (), {i: market(volume_24h=exact(v)) for i in quotes})
        for v in ("12.5", 40)
    ]
    silent = history_row(CYCLE, quotes, (), {YES: market()})
    built = build_tape([TapeRow.of(row) for row in (*rows, silent)], [market()])
    assert built.volume[:2].tolist() == [[12.5, 12.5], [40, 40]]
    assert np.isnan(built.volume[2]).all()


def test_row_that_was_stored_before_volumes_were_has_none() -> None:
    old = HistoryRow(CYCLE - 1, (YES,), ((0.4,), (0.5,), (7.0,), (None,)))
    now = history_row(CYCLE, {YES: quote(YES, "0.4", "0.5")}, (), {YES: market(volume_24h=ONE)})
    built = build_tape([TapeRow.of(old), TapeRow.of(now)], [market()])
    assert built.volume[:, 0].tolist() == pytest.approx([np.nan, 1.0], nan_ok=True)
    assert built.bid.tolist() == [[0.4], [0.4]]


def test_tape_forecasts_stand_where_a_row_has_them() -> None:
    bare = history_row(CYCLE - 1, {i: quote(i, "0.4", "0.5") for i in (YES, NO)})
    told = replace(bare, cycle_id=CYCLE, forecast={YES: 0.7, "test:gone": 0.1})
    assert np.isnan(build_tape([TapeRow.of(bare)], []).forecast).all()
    built = build_tape([TapeRow.of(bare), TapeRow.of(told)], [])
    assert built.instruments == (NO, YES)
    assert built.forecast.tolist() == [
        pytest.approx([np.nan, np.nan], nan_ok=True),
        pytest.approx([np.nan, 0.7], nan_ok=True),
    ]


def test_tape_news_is_nothing_where_a_feed_answered_and_unknown_where_none_did() -> None:
    bare = history_row(CYCLE, {i: quote(i, "0.4", "0.5") for i in (YES, NO)})
    rows = [bare, replace(bare, news={}), replace(bare, news={YES: 2})]
    assert np.isnan(build_tape([TapeRow.of(bare)], []).news).all()
    built = build_tape([TapeRow.of(row) for row in rows], [])
    assert np.isnan(built.news[0]).all()
    assert built.news[1:].tolist() == [[0, 0], [0, 2]]


def test_stored_row_reads_back_with_forecasts_and_news() -> None:
    codec = Codec[HistoryRow](HistoryRow, "row")
    bare = history_row(CYCLE, {YES: quote(YES, "0.4", "0.5")})
    told = replace(bare, forecast={YES: 0.7}, news={YES: 2})
    assert codec.decode(codec.encode(told)) == told
    assert codec.decode(codec.encode(bare)) == bare


def test_tape_times_are_the_cycles_times() -> None:
    built = build_tape([row(CYCLE - 1, a=0.3), row(CYCLE, a=0.3)], [])
    assert built.times.tolist() == [int(NOW.timestamp()) - 60, int(NOW.timestamp())]


def test_tape_of_a_universe_without_quotes_is_empty_and_not_an_error() -> None:
    built = build_tape([row(CYCLE - 1, a=0.3), row(CYCLE)], [market()])
    assert (built.instruments, built.bid.shape) == ((), (2, 0))


def test_tape_knows_the_markets_of_its_instruments() -> None:
    quotes = {i: quote(i, "0.4", "0.5") for i in (YES, NO, "test:lone:yes")}
    venue = [market(fee=SEVEN), market("lone", closes_at=None)]
    built = build_tape([TapeRow.of(history_row(CYCLE, quotes))], venue)

    assert built.instruments == ("test:lone:yes", NO, YES)
    assert built.complement.tolist() == [-1, 2, 1]
    assert built.market.tolist() == [0, 1, 1]
    assert built.fee_rate.tolist() == [0, 0.07, 0.07]
    assert built.closes_at.tolist() == pytest.approx(
        [np.nan, *[NOW.timestamp() + 86_400] * 2], nan_ok=True
    )


def test_tape_knows_a_currency_from_a_contract() -> None:
    shown = {YES: quote(YES, "0.4", "0.5"), SPOT: quote(SPOT, 64_000, 64_001)}
    built = build_tape([TapeRow.of(history_row(CYCLE, shown))], [market(fee=SEVEN), spot_market()])
    assert built.instruments == (SPOT, YES)
    assert built.spot.tolist() == built.fee_of_value.tolist() == [True, False]
    assert np.isinf(minutes_to_close(built)[0, 0])
    assert built.taker_fee(built.ask).tolist() == [[64.001, 0.0175]]


def test_tape_of_an_unlisted_instrument_knows_no_market() -> None:
    built = build_tape([row(CYCLE, a=0.3)], [])
    assert (built.market.tolist(), built.complement.tolist()) == ([-1], [-1])
    assert np.isnan(built.closes_at).all()


def test_tape_is_the_same_whatever_the_order_of_the_markets() -> None:
    quotes = {i: quote(i, "0.4", "0.5") for i in (YES, NO, "test:x:yes")}
    window = [TapeRow.of(history_row(CYCLE, quotes))]
    one, other = (
        build_tape(window, ms) for ms in ([market(), market("x")], [market("x"), market()])
    )
    assert one.market.tolist() == other.market.tolist()


def test_tape_of_history_cannot_be_written_to() -> None:
    built = build_tape([row(CYCLE, a=0.3)], [])
    with pytest.raises(ValueError, match="read-only"):
        built.ask[0, 0] = 1


def test_history_keeps_the_newest_rows_and_ends_with_the_one_decided() -> None:
    history = History()
    rows = [row(CYCLE + n, a=0.3) for n in range(5)]
    for number, each in enumerate(rows[:4]):
        history.extend(f"record {number}", each, 3)
    assert history.rows() == tuple(r.row for r in rows[1:4])
    assert history.window(rows[4], 3) == rows[2:]
    assert history.window(rows[4], 1) == rows[4:]


def test_history_knows_the_record_it_ends_with_and_how_far_it_reaches() -> None:
    history = History()
    history.restore("record", [row(CYCLE, a=0.3).row], 3)
    assert history.knows("record", 3)
    assert not history.knows("record", 4)
    assert not history.knows("another", 3)
    assert not history.knows(None, 3)


def test_history_row_with_numbers_reads_back_to_the_same_bits() -> None:
    kept = row(CYCLE, a=0.1 + 0.2, b=0.7)
    again = TapeRow.of(replace(kept.row))
    np.testing.assert_array_equal(again.values, kept.values)
