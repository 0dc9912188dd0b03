"""Pairs of currencies are read from what people write, and found at each venue of a tape."""

from dataclasses import replace

import pytest

from chalicelib.domain.currency_pair import pair_columns, read_pairs
from tests.builders import spot_tape, tape

NAMES = "coinbase:BTC-USD", "coinbase:ETH-USD", "binance:ETHUSDT", "binance:BTCUSDT"


def test_pairs_are_read_in_the_order_in_which_they_are_written() -> None:
    assert read_pairs(" BTC/ETH  LTC/BCH ") == [("BTC", "ETH"), ("LTC", "BCH")]


@pytest.mark.parametrize("wrong", ["", "BTC", "btc/eth", "BTC/ETH ETH/LTC", "BTC/BTC", "BTC/ETH,"])
def test_pairs_that_are_no_pairs_or_share_a_name_are_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="are not like 'BTC/ETH LTC/BCH'"):
        read_pairs(wrong)


def test_pair_is_found_at_every_venue_that_quotes_both_in_one_dollar() -> None:
    seen = replace(spot_tape([[1.0] * 4]), instruments=NAMES)
    first, second = pair_columns(seen, [("BTC", "ETH")])
    assert (first.tolist(), second.tolist()) == ([0, 3], [1, 2])


def test_pair_of_two_dollars_or_of_contracts_is_none() -> None:
    mixed = replace(spot_tape([[1.0] * 2]), instruments=("x:BTC-USD", "x:ETH-USDT"))
    assert pair_columns(mixed, [("BTC", "ETH")])[0].tolist() == []
    bets = replace(tape([[0.5] * 4]), instruments=NAMES)
    assert pair_columns(bets, [("BTC", "ETH")])[0].tolist() == []
