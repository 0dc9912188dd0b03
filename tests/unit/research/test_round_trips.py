"""Round trips: everything that was paid and everything that came back, once."""

from dataclasses import replace
from decimal import Decimal

from chalicelib.domain.order import Fill, Purpose, Side
from chalicelib.research.round_trips import RoundTrip, round_trips
from tests.builders import CYCLE, NO, SEVEN, SPOT, YES, fill, settlement


def at(move: Fill, cycles: int) -> Fill:
    return replace(move, cycle_id=CYCLE + cycles)


def test_position_that_was_sold_gains_the_difference_less_both_fees() -> None:
    buy, sell = fill(Side.BUY, 100, "0.40", fee=SEVEN), fill(Side.SELL, 100, "0.55", fee=SEVEN)
    [trip] = round_trips([buy, at(sell, 5)], [])
    assert trip == RoundTrip(
        "test", YES, "test:m", CYCLE, CYCLE + 5,
        staked=Decimal("41.68"), gain=Decimal("11.5875"), fees=Decimal("3.4125"),
    )  # fmt: skip


def test_position_that_paid_out_gains_the_payout_less_its_cost() -> None:
    [trip] = round_trips(
        [fill(Side.BUY, 10, "0.40")], [replace(settlement(YES, 10, 1), cycle_id=CYCLE + 1)]
    )
    assert (trip.staked, trip.gain) == (Decimal("4.0"), Decimal("6.0"))


def test_position_is_one_round_trip_however_often_it_is_reduced() -> None:
    buy = fill(Side.BUY, 100, "0.40")
    half = at(fill(Side.SELL, 50, "0.50"), 1)
    rest = at(fill(Side.SELL, 50, "0.60"), 2)
    [trip] = round_trips([buy, half, rest], [])
    assert (trip.gain, trip.closed_cycle) == (Decimal("15.0"), CYCLE + 2)


def test_open_positions_are_left_out_and_a_second_entry_starts_anew() -> None:
    moves = [
        fill(Side.BUY, 10, "0.40"),
        at(fill(Side.SELL, 10, "0.50"), 1),
        at(fill(Side.BUY, 10, "0.70"), 2),
        fill(Side.BUY, 10, "0.30", NO),
    ]
    assert [trip.gain for trip in round_trips(moves, [])] == [Decimal("1.0")]


def test_short_sale_gains_when_the_price_falls_and_pays_for_its_loan() -> None:
    sold = replace(fill(Side.SELL, 2, 100, SPOT), purpose=Purpose.ENTRY)
    bought = replace(fill(Side.BUY, 2, 90, SPOT), purpose=Purpose.EXIT, loan_fee=Decimal(1))
    [trip] = round_trips([sold, at(bought, 1)], [])
    assert (trip.staked, trip.gain, trip.fees) == (Decimal(200), Decimal(19), Decimal(1))
