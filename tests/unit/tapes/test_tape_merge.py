"""Cutting a tape and putting it together again changes nothing; contradictions are refused."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings

from bot.tapes.cut import between, only
from bot.tapes.merge import merge
from chalicelib.domain.errors import InputError
from chalicelib.domain.market import MarketKind, MarketStatus, Outcome, Resolution
from chalicelib.domain.origin import Origin
from chalicelib.tapes.file import Recording
from chalicelib.tapes.kinds import RowKind
from chalicelib.tapes.looks import markets_at, moments
from chalicelib.tapes.rows import quotes
from tests.builders import NOW
from tests.unit.tapes.recordings import (
    FACTS,
    MINUTE,
    observed,
    quoted,
    record_of,
    recorded,
    recordings,
    stamps,
)


def merged(*tapes: Recording) -> Recording:
    return merge([(f"{number}.tape", tape) for number, tape in enumerate(tapes, 1)]).recording


def bids(tape: Recording) -> list[Decimal | None]:
    return [q.bid for q in quotes(tape.table(RowKind.QUOTES), tape.facts.instruments)]


@settings(max_examples=150, deadline=None)
@given(recordings(), stamps)
def test_tape_cut_in_two_and_merged_is_the_tape(made: Recording, at) -> None:
    assert merged(between(made, None, at), between(made, at, None)).same_as(made)
    assert merged(between(made, at, None), between(made, None, at)).same_as(made)


@pytest.mark.parametrize("minutes", [0, 1, 7, 19, 60])
def test_recorded_cycles_cut_in_two_and_merged_are_the_same_cycles(minutes: int) -> None:
    tape = recorded()
    at = moments(tape)[0] + minutes * MINUTE
    assert merged(between(tape, None, at), between(tape, at, None)).same_as(tape)


def test_tapes_recorded_one_after_the_other_merge_into_the_tape_of_both() -> None:
    open_, closed = record_of(0), record_of(1, status=MarketStatus.CLOSED)
    later = record_of(2)
    whole = observed(open_, closed, later)
    assert merged(observed(open_), observed(closed, later)).same_as(whole)
    assert merged(observed(closed, later), observed(open_)).same_as(whole)


def test_merge_of_overlapping_tapes_keeps_each_row_once() -> None:
    both = merge([
        ("1.tape", quoted((0, "0.4", "0.5"), (1, "0.41", "0.5"))),
        ("2.tape", quoted((1, "0.41", "0.5"), (2, "0.42", "0.5"))),
    ])  # fmt: skip
    assert bids(both.recording) == [Decimal("0.4"), Decimal("0.41"), Decimal("0.42")]
    assert (both.same, both.overruled) == (1, 0)


def test_merge_of_tapes_that_differ_at_one_time_takes_the_first_tapes_row_and_counts() -> None:
    first, second = quoted((0, "0.4", "0.5")), quoted((0, "0.3", "0.5"), (1, "0.42", "0.5"))
    both = merge([("1.tape", first), ("2.tape", second)])
    assert bids(both.recording) == [Decimal("0.4"), Decimal("0.42")]
    assert (both.same, both.overruled) == (0, 1)
    other_way = merge([("2.tape", second), ("1.tape", first)])
    assert bids(other_way.recording) == [Decimal("0.3"), Decimal("0.42")]


def test_merge_of_other_instruments_has_both() -> None:
    one, two = only(quoted((0, "0.4", "0.5")), {"test:a"}), quoted((0, "0.6", "0.7"), name="test:c")
    both = merged(one, only(two, {"test:c"}))
    found = quotes(both.table(RowKind.QUOTES), both.facts.instruments)
    assert [(q.instrument_id, q.bid) for q in found] == [
        ("test:a", Decimal("0.4")), ("test:c", Decimal("0.6"))
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": MarketKind.SPOT}, "kind of test:m"),
        ({"outcomes": (Outcome("test:m:yes", "Yes"),)}, "outcomes of test:m"),
        ({"tick": Decimal("0.001")}, "tick of test:m at one moment"),
        ({"closes_at": NOW + timedelta(days=9)}, "closes_at of test:m at one moment"),
    ],
)
def test_merge_of_tapes_that_contradict_each_other_is_refused_and_names_both(
    changes: dict[str, object], field: str
) -> None:
    with pytest.raises(InputError, match=field) as refusal:
        merged(observed(record_of()), observed(record_of(**changes)))
    assert refusal.value.message.startswith("1.tape and 2.tape contradict each other")


def test_merge_keeps_both_ticks_of_a_market_whose_tick_changed() -> None:
    both = merged(observed(record_of(0)), observed(record_of(1, tick=Decimal("0.001"))))
    ticks = [markets_at(both, NOW + n * MINUTE)["test:m"].tick for n in (0, 1)]
    assert ticks == [Decimal("0.01"), Decimal("0.001")]


def test_merge_of_two_results_of_one_market_is_refused() -> None:
    def ended(payout: int) -> Recording:
        tape = observed(record_of())
        result = Resolution("test:m", {"test:m:yes": Decimal(payout)}, NOW, "the venue")
        return Recording(replace(tape.facts, resolutions=(result,)), tape.tables)

    assert merged(ended(1), ended(1)).facts.resolutions == ended(1).facts.resolutions
    with pytest.raises(InputError, match=r"1\.tape and 2\.tape .* payout of test:m"):
        merged(ended(1), ended(0))


def test_merge_of_a_live_and_a_simulated_tape_is_refused() -> None:
    made = quoted((0, "0.4", "0.5"), facts=replace(FACTS, origin=Origin.SIMULATED))
    with pytest.raises(InputError, match=r"1\.tape is recorded and 2\.tape is simulated"):
        merged(quoted((0, "0.4", "0.5")), made)


def test_slice_by_instrument_keeps_its_rows_and_its_market_alone() -> None:
    tape = recorded()
    wanted = tape.facts.instruments[0]
    part = only(tape, {wanted})
    assert part.facts.instruments == (wanted,)
    assert len(part.facts.markets) == 1
    assert wanted in {o.instrument_id for o in part.facts.markets[0].versions[0].outcomes}
    places = tape.table(RowKind.QUOTES)
    expected = [q for q in quotes(places, tape.facts.instruments) if q.instrument_id == wanted]
    assert quotes(part.table(RowKind.QUOTES), part.facts.instruments) == expected


def test_slice_by_an_unknown_instrument_is_refused() -> None:
    with pytest.raises(InputError, match="no instrument 'test:x'"):
        only(quoted((0, "0.4", "0.5")), {"test:x"})
