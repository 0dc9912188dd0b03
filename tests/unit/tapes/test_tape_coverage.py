"""The summary of a tape counts what is there, what is missing, and what cannot be traded on."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bot.tapes.bundled import read_bundled
from bot.tapes.coverage import coverage
from chalicelib.domain.public import Candle, PriceBasis
from chalicelib.tapes.file import Recording
from chalicelib.tapes.kinds import RowKind
from chalicelib.tapes.rows import candle_row, table_of
from chalicelib.venues.recorded.tape_file import BUNDLED_TAPE, read_tape
from tests.builders import NOW
from tests.unit.tapes.recordings import FACTS, MINUTE, PLACES, quoted


def test_summary_of_quotes_counts_gaps_and_the_minutes_covered() -> None:
    (found,) = coverage(quoted(*((n, "0.4", "0.5") for n in (0, 1, 2, 7, 8, 9))))
    assert (found.rows, found.gaps, found.longest_gap) == (6, 1, 5 * MINUTE)
    assert found.covered == pytest.approx(0.6)
    assert (found.first, found.last) == (NOW, NOW + 9 * MINUTE)


def test_summary_of_quotes_counts_crossed_and_empty_ones() -> None:
    rows = [(0, "0.5", "0.5"), (1, "0.6", "0.5"), (2, None, None), (3, "0.4", None)]
    (found,) = coverage(quoted(*rows))
    assert (found.crossed, found.empty) == (0.5, 0.25)


def test_summary_of_one_row_is_whole() -> None:
    (found,) = coverage(quoted((0, "0.4", "0.5")))
    assert (found.rows, found.gaps, found.covered) == (1, 0, 1.0)


def test_summary_of_candles_goes_by_their_interval() -> None:
    hour, one = timedelta(hours=1), Decimal(1)
    candles = [
        Candle("test:a", NOW + n * hour, hour, one, one, one, one, None, PriceBasis.TRADE)
        for n in (0, 1, 3)
    ]
    table = table_of(RowKind.CANDLES, [candle_row(candle, PLACES) for candle in candles])
    (found,) = coverage(Recording(FACTS, {RowKind.CANDLES: table}))
    assert (found.step, found.gaps, found.longest_gap) == (hour, 1, 2 * hour)
    assert found.covered == pytest.approx(0.75)
    assert found.crossed is None


def test_summary_of_the_bundled_tape_finds_its_crossed_snapshots() -> None:
    tape = read_bundled(BUNDLED_TAPE)
    found = coverage(tape)
    assert len(found) == 36
    assert sum(one.rows for one in found) == 38_333
    assert sum(round((one.crossed or 0) * one.rows) for one in found) == 22


def test_bundled_tape_is_imported_with_every_level_and_fact() -> None:
    tape, source = read_bundled(BUNDLED_TAPE), read_tape(BUNDLED_TAPE)
    books = tape.table(RowKind.BOOKS)
    for slug in source.markets:
        for side in ("up", "down"):
            snapshots = source.books(slug).side(side)
            place = tape.facts.instruments.index(f"recorded:{slug}:{side}")
            mine = books.take((books.subjects == place).nonzero()[0])
            assert (mine.times == snapshots.times * 1000).all()
            for name, ladder in (("bids", snapshots.bids), ("asks", snapshots.asks)):
                levels = mine.levels(name)
                assert (levels.price.low == ladder.prices).all()
                assert (levels.size.low == ladder.sizes).all()
                assert (levels.counts.cumsum() == ladder.offsets[1:]).all()
    results = {r.market_id: set(r.payouts.values()) for r in tape.facts.resolutions}
    assert len(results) == 18
    assert set(map(frozenset, results.values())) == {frozenset({Decimal(0), Decimal(1)})}
    assert "CC BY 4.0" in tape.facts.licence
