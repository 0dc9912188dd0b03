"""What an account remembers: small, exact, and readable however old its row is."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws import rows
from chalicelib.codec import Codec
from chalicelib.domain.errors import StoreError
from chalicelib.domain.pulse import Pulse
from chalicelib.domain.remembered import (
    MOST_CLOSED,
    MOST_ENTRIES,
    ClosedTrade,
    ClosedTrades,
    Entries,
    Remembered,
)
from chalicelib.engine.pulse import begin_cycle, remember_ended, remember_entries
from tests.builders import CYCLE, NOW, account

PULSE = Codec[Pulse](Pulse, "pulse")
MINUTE = timedelta(minutes=1)
DAY = 1440
POLYMARKET = "polymarket:0x" + "5f" * 32
"""Ids as long as a real venue's: 77 characters for a market, and 88 for an outcome."""
OUTCOME = "polymarket:" + "7" * 77


def ended(number: int, minutes_ago: int = 0) -> tuple[ClosedTrade, Any]:
    at = NOW - minutes_ago * MINUTE
    ids = f"{OUTCOME[:-3]}{number:03d}", f"{POLYMARKET[:-3]}{number:03d}"
    return ClosedTrade(at, *ids, Decimal("-1234.567891"), "trailing-stop"), at - MINUTE


def test_row_of_the_busiest_account_is_at_most_six_kilobytes() -> None:
    busy = account(10_000)
    for minutes_ago in range(DAY, -1, -1):
        busy = begin_cycle(busy, CYCLE - minutes_ago, NOW - minutes_ago * MINUTE)
        busy = remember_entries(busy, CYCLE - minutes_ago, 1 + minutes_ago % MOST_ENTRIES)
        if minutes_ago < MOST_CLOSED:
            busy = remember_ended(busy, [ended(minutes_ago, minutes_ago)])
    assert len(list(busy.pulse.closed)) == MOST_CLOSED
    assert len(list(busy.pulse.opened)) == DAY
    assert sum(len(str(value)) for value in rows.account_item(busy).values()) < 6_000


def test_row_of_an_account_that_closed_everything_at_once_is_at_most_six_kilobytes() -> None:
    flat = remember_ended(account(10_000), [ended(number) for number in range(90)])
    assert sum(len(str(value)) for value in rows.account_item(flat).values()) < 6_000


counts = st.integers(1, MOST_ENTRIES)
gaps = st.lists(st.tuples(st.integers(1, 400), counts), max_size=30)


@given(gaps, st.integers(-1, 12_000))
def test_entries_after_any_cycle_are_exactly_those_that_were_made_after_it(
    made: list[tuple[int, int]], after: int
) -> None:
    pairs, cycle = [], 0
    for gap, count in made:
        cycle += gap
        pairs.append((cycle, count))
    entries = Entries.of(pairs)
    later = [(cycle, count) for cycle, count in pairs if cycle > after]
    assert list(entries.after(after)) == later
    assert entries.after(after) == Entries.of(later)
    assert entries.after(after).total == sum(count for _, count in later)


@pytest.mark.parametrize(("cycle", "made"), [(7, 1), (6, 1), (8, 0), (8, 91), (8, -1)])
def test_entries_that_no_cycle_can_have_made_are_refused(cycle: int, made: int) -> None:
    with pytest.raises(ValueError, match=f"{made} entries in cycle {cycle} cannot follow 7"):
        Entries.of([(7, 1)]).with_more(cycle, made)


trades = st.builds(
    ClosedTrade,
    st.integers(0, 5_000).map(lambda minutes: NOW + minutes * MINUTE),
    st.text(max_size=5),
    st.text(max_size=5),
    st.decimals(-(10**9), 10**9, places=6),
    st.sampled_from(["stop-loss", "strategy", "flatten", "unwind", "settlement", "time"]),
)


@given(st.lists(trades, max_size=70), gaps)
def test_pulse_is_stored_and_read_back_exactly(
    closed: list[ClosedTrade], made: list[tuple[int, int]]
) -> None:
    cycles = [sum(gap for gap, _ in made[: n + 1]) for n in range(len(made))]
    entries = Entries.of(zip(cycles, (count for _, count in made), strict=True))
    remembered = [Remembered.of(trade) for trade in closed]
    pulse = Pulse(opened=entries, closed=ClosedTrades.of(remembered))
    assert PULSE.decode(PULSE.encode(pulse)) == pulse
    assert list(pulse.closed) == remembered[-MOST_CLOSED:]


def test_names_are_forgotten_once_no_later_trade_can_be_a_part_of_theirs() -> None:
    first = remember_ended(account(), [ended(1, 5)])
    (kept,) = first.pulse.closed
    assert "-" not in (kept.instrument, kept.market)
    old, new = remember_ended(first, [ended(2)]).pulse.closed
    assert (old.instrument, old.market) == ("-", "-")
    assert "-" not in (new.instrument, new.market)


OLD_PULSE: dict[str, Any] = {
    "day": 20_724, "day_equity": "1000", "hour": 497_376, "hour_equity": "990.5",
    "opened": [[CYCLE - 90, 3], [CYCLE - 5, 2]],
    "closed": [
        {"at": "2026-09-28T07:00:00Z", "instrument_id": OUTCOME, "market_id": POLYMARKET,
         "profit": "-1.500000", "reason": "stop-loss"},
        {"at": "2026-09-28T08:00:00Z", "instrument_id": OUTCOME, "market_id": POLYMARKET,
         "profit": "20", "reason": "settlement"},
    ],
    "counted_from": [["hourly-loss", "990"]],
}  # fmt: skip
"""A pulse as schema 1 stored it."""


def old_row(**changes: Any) -> dict[str, Any]:
    document = Codec[Any](Any, "row").decode(rows.account_item(account())["body"])
    body = Codec[Any](Any, "row").text({**document, "pulse": {**OLD_PULSE, **changes}})
    return {**rows.account_item(account()), "schema": 1, "body": body}


def test_account_of_schema_1_is_read_and_written_as_schema_2() -> None:
    read = rows.account_from(old_row())
    assert list(read.pulse.opened) == [(CYCLE - 90, 3), (CYCLE - 5, 2)]
    assert [(t.minute % 60, t.profit, t.reason) for t in read.pulse.closed] == [
        (0, Decimal("-1.5"), "stop-loss"), (0, Decimal(20), "settlement")
    ]  # fmt: skip
    assert read.pulse.counted_from == (("hourly-loss", Decimal(990)),)
    written = rows.account_item(read)
    assert written["schema"] == 2
    assert rows.account_from(written) == read


def test_account_of_schema_1_goes_on_as_if_it_had_always_been_of_schema_2() -> None:
    read = rows.account_from(old_row())
    part, since = ended(1)
    later = replace(part, instrument_id=OUTCOME, market_id=POLYMARKET, profit=Decimal(1))
    merged = remember_ended(read, [(later, NOW - DAY * MINUTE)])
    assert sum(trade.profit for trade in merged.pulse.closed) == Decimal("19.5")
    assert len(list(merged.pulse.closed)) == 2
    assert len(list(remember_ended(read, [(part, since)]).pulse.closed)) == 3


Damage = Callable[[], dict[str, Any]]
DAMAGES: dict[str, Damage] = {
    "closed: a number": lambda: old_row(closed=[5]),
    "closed: no time": lambda: old_row(closed=[{**OLD_PULSE["closed"][0], "at": 5.5e30}]),
    "closed: profit is text": lambda: old_row(closed=[{**OLD_PULSE["closed"][0], "profit": "x"}]),
    "closed: text of another form": lambda: old_row(closed={"text": "7 a b 1 x"}),
    "closed: text with a NaN": lambda: old_row(closed={"text": f"7 {'a' * 12} - NaN x"}),
    "opened: a number": lambda: old_row(opened=[5]),
    "opened: out of order": lambda: old_row(opened=[[7, 1], [6, 1]]),
    "opened: more than a cycle makes": lambda: old_row(opened=[[7, 91]]),
    "opened: begins with nothing": lambda: old_row(opened={"cycle_id": 7, "text": "#$"}),
    "opened: another character": lambda: old_row(opened={"cycle_id": 7, "text": "$!"}),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_memory_that_is_damaged_is_a_store_error_and_never_a_guess(damage: Damage) -> None:
    with pytest.raises(StoreError, match="stored account cannot be read: pulse"):
        rows.account_from(damage())
