"""Parts of a tape: by time, and by instrument."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from chalicelib.domain.errors import InputError
from chalicelib.domain.market import InstrumentId
from chalicelib.tapes.decimals import IntArray
from chalicelib.tapes.facts import MarketFacts, TapeFacts, microseconds
from chalicelib.tapes.file import Recording
from chalicelib.tapes.kinds import RowKind
from chalicelib.tapes.table import TapeTable


def between(recording: Recording, start: datetime | None, end: datetime | None) -> Recording:
    """The rows with ``start <= time < end``, and all facts."""
    first = None if start is None else microseconds(start)
    last = None if end is None else microseconds(end)
    tables = {kind: table.between(first, last) for kind, table in recording.tables.items()}
    return Recording(recording.facts, tables)


def only(recording: Recording, wanted: Collection[InstrumentId]) -> Recording:
    """The rows and facts of these instruments and their markets; InputError for an unknown one."""
    facts = recording.facts
    unknown = set(wanted) - set(facts.instruments)
    if unknown:
        raise InputError(
            f"the tape has no instrument {min(unknown)!r}", "`bot tape summary FILE` lists them."
        )
    markets = tuple(market for market in facts.markets if _outcomes(market) & set(wanted))
    ids = {market.market_id for market in markets}
    kept = replace(
        facts,
        instruments=tuple(name for name in facts.instruments if name in wanted),
        markets=markets,
        resolutions=tuple(found for found in facts.resolutions if found.market_id in ids),
    )
    return renumbered(recording, kept)


def _outcomes(market: MarketFacts) -> set[InstrumentId]:
    return {o.instrument_id for version in market.versions for o in version.outcomes}


def renumbered(recording: Recording, facts: TapeFacts) -> Recording:
    """The rows of what these facts name, by their numbers in them."""
    old = recording.facts
    instruments = _moves(old.instruments, facts.instruments)
    markets = _moves(
        [market.market_id for market in old.markets],
        [market.market_id for market in facts.markets],
    )
    tables: dict[RowKind, TapeTable] = {}
    for kind, table in recording.tables.items():
        if kind is RowKind.MOMENTS:
            tables[kind] = table
            continue
        column, moves = ("market", markets) if kind is RowKind.LISTINGS else (
            "instrument", instruments
        )  # fmt: skip
        numbers = moves[table.numbers(column)]
        kept = np.flatnonzero(numbers >= 0)
        tables[kind] = table.take(kept).with_numbers(column, numbers[kept]).ordered()
    return Recording(facts, tables)


def _moves(old: Sequence[str], new: Sequence[str]) -> IntArray:
    """For each old number the new one, -1 for none."""
    places = {name: place for place, name in enumerate(new)}
    return np.array([places.get(name, -1) for name in old], np.int64)
