"""Currencies that belong together, named by people, and where a tape has them."""

import re
from collections.abc import Sequence

import numpy as np

from chalicelib.domain.arrays import IntArray
from chalicelib.domain.tape import Tape

_PAIR = re.compile(r"([A-Z0-9]{2,15})/([A-Z0-9]{2,15})")
_SPOT = re.compile(r"(?P<venue>.+):(?P<base>[A-Z0-9]+?)-?(?P<quote>USD[TC]?)")


def read_pairs(text: str) -> list[tuple[str, str]]:
    """The pairs of "BTC/ETH LTC/BCH"; ValueError for anything else, or a currency in two pairs."""
    found = [_PAIR.fullmatch(word) for word in text.split()]
    pairs = [(pair[1], pair[2]) for pair in found if pair is not None]
    names = [name for pair in pairs for name in pair]
    if not pairs or None in found or len(set(names)) < len(names):
        raise ValueError(f"pairs {text!r} are not like 'BTC/ETH LTC/BCH' with each name in one")
    return pairs


def pair_columns(tape: Tape, pairs: Sequence[tuple[str, str]]) -> tuple[IntArray, IntArray]:
    """Columns (P,) of the first and the second currency, of one venue and quoted in one dollar.

    An id of a spot instrument is its venue and the exchange's own name, as "coinbase:BTC-USD".
    """
    columns: dict[tuple[str, str], dict[str, int]] = {}
    for column in np.flatnonzero(tape.spot).tolist():
        name = _SPOT.fullmatch(tape.instruments[column])
        if name is not None:
            columns.setdefault((name["venue"], name["quote"]), {})[name["base"]] = column
    found = [
        (there[one], there[other])
        for there in columns.values()
        for one, other in pairs
        if one in there and other in there
    ]
    first, second = np.array(found, np.int64).reshape(-1, 2).T
    return first, second
