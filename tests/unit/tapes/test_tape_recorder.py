"""A tape of recorded cycles is what the strategies saw, bit for bit."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from chalicelib.domain.cycle import CycleRecord, cycle_time
from chalicelib.domain.fee import FeeUnknown
from chalicelib.domain.market import Market
from chalicelib.domain.origin import Origin
from chalicelib.domain.quality import VenueQuality
from chalicelib.domain.tape import Tape
from chalicelib.engine.history import TapeRow, build_tape, history_row
from chalicelib.tapes.file import Recording, encode
from chalicelib.tapes.looks import books_at, history_rows, markets_at, moments, quotes_at
from chalicelib.tapes.reader import read_bytes
from tests.builders import NOW
from tests.unit.tapes.recordings import CYCLES, observed, record_of, recorded, records

TAPE = read_bytes(encode(recorded()), "a tape").recording()
FIELDS = (
    "times", "bid", "ask", "bid_size", "ask_size", "complement", "market", "closes_at",
    "fee_rate", "fee_exponent", "fee_of_value", "volume",
)  # fmt: skip


def same(one: Tape, other: Tape) -> bool:
    """Whether two tapes of strategies are equal in every bit."""
    return one.instruments == other.instruments and all(
        getattr(one, name).tobytes() == getattr(other, name).tobytes() for name in FIELDS
    )


def test_recorded_cycles_are_worth_comparing() -> None:
    assert len(records()) == CYCLES
    assert sum(len(record.observation.quotes) for record in records()) > CYCLES
    assert any(record.books for record in records())


def test_tape_has_the_rows_of_the_records() -> None:
    assert list(history_rows(TAPE)) == [record.row for record in records()]


def test_tape_feeds_strategies_exactly_as_the_cycles_did() -> None:
    rows = [TapeRow.of(row) for row in history_rows(TAPE)]
    for number, record in enumerate(records()):
        at = cycle_time(record.cycle_id)
        from_tape = build_tape(rows[: number + 1], markets_at(TAPE, at).values())
        seen = [TapeRow.of(r.row) for r in records()[: number + 1]]
        assert same(from_tape, build_tape(seen, record.observation.markets.values()))


@pytest.mark.parametrize("number", range(0, CYCLES, 3))
def test_tape_gives_back_markets_quotes_and_books_of_a_cycle(number: int) -> None:
    record = records()[number]
    at = cycle_time(record.cycle_id)
    assert markets_at(TAPE, at) == record.observation.markets
    assert quotes_at(TAPE, at) == record.observation.quotes
    assert books_at(TAPE, at) == record.books


def test_cycle_that_saw_nothing_is_a_moment_of_the_tape() -> None:
    blind = records()[3]
    blind = replace(
        blind, observation=replace(blind.observation, markets={}, quotes={}), books={},
        row=replace(blind.row, instruments=(), values=((), (), (), (), ())),
    )  # fmt: skip
    tape = observed(records()[2], blind, records()[4])
    assert len(moments(tape)) == 3
    assert list(history_rows(tape))[1] == blind.row


def test_tape_gives_rows_the_volume_that_was_listed_in_their_cycle() -> None:
    told = []
    for record, volume in zip(records()[:2], ("1234.56", None), strict=True):
        seen = replace(record.observation, markets={
            name: replace(market, volume_24h=None if volume is None else Decimal(volume))
            for name, market in record.observation.markets.items()
        })  # fmt: skip
        row = history_row(record.cycle_id, seen.quotes, seen.doubted, seen.market_of)
        told.append(replace(record, observation=seen, row=row))
    first, second = history_rows(observed(*told))
    assert [first, second] == [record.row for record in told]
    assert set(first.values[4]) == {1234.56}
    assert set(second.values[4]) == {None}


def from_(*origins: Origin) -> Recording:
    quality = tuple(VenueQuality(f"v{n}", o, 1, 1, {}) for n, o in enumerate(origins))
    record = record_of()
    return observed(replace(record, observation=replace(record.observation, quality=quality)))


def test_tape_is_live_only_where_everything_in_it_was() -> None:
    assert recorded().facts.origin is Origin.RECORDED
    assert from_(Origin.LIVE, Origin.LIVE).facts.origin is Origin.LIVE
    assert from_(Origin.LIVE, Origin.RECORDED).facts.origin is Origin.RECORDED
    assert from_(Origin.RECORDED, Origin.SIMULATED).facts.origin is Origin.SIMULATED


def version(record: CycleRecord) -> Market:
    return record.observation.markets["test:m"]


def test_market_keeps_one_version_while_only_its_volume_changes() -> None:
    first, second = record_of(0, volume_24h=Decimal(7)), record_of(1, volume_24h=Decimal(8))
    tape = observed(first, second)
    assert len(tape.facts.markets[0].versions) == 1
    assert markets_at(tape, NOW)["test:m"] == version(first)
    assert markets_at(tape, NOW + timedelta(minutes=1))["test:m"] == version(second)


def test_market_without_a_fee_keeps_the_instant_at_which_it_was_first_asked_for() -> None:
    fees = [FeeUnknown("test", "test:m", NOW + timedelta(minutes=n), "no row") for n in (0, 1)]
    tape = observed(record_of(0, fee=fees[0]), record_of(1, fee=fees[1]))
    assert len(tape.facts.markets[0].versions) == 1
    assert markets_at(tape, NOW + timedelta(minutes=1))["test:m"].fee == fees[0]
