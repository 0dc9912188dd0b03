"""The lists that people read: newest first, whole, and nothing twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.simulator.memory import MemoryTable
from chalicelib.aws import rows
from chalicelib.aws.table import Put, Table
from chalicelib.domain.control import ControlState
from chalicelib.domain.cycle import CycleReport
from chalicelib.domain.errors import StoreError
from chalicelib.operations import reading
from chalicelib.operations.reading import Listing
from tests.builders import CYCLE, NOW
from tests.cloud_fixtures import run
from tests.unit.aws.samples import fill, idle, report, settlement

DAY = 1440


@pytest.fixture(params=["memory", "moto"])
def table(request: pytest.FixtureRequest) -> Table:
    return request.getfixturevalue(f"{request.param}_table")


def store(table: Table, *items: dict[str, Any]) -> None:
    for item in items:
        run(table.write(Put("row", item)))


def walk(page: Callable[[str | None], Listing]) -> list[Any]:
    """Every item of a list, by its cursors."""
    found: list[Any] = []
    cursor: str | None = None
    for _ in range(1000):
        listing = page(cursor)
        found.extend(listing.items)
        cursor = listing.cursor
        if cursor is None:
            return found
    raise AssertionError("the list never ends")


# --- trades --------------------------------------------------------------------------------


def trades(table: Table, names: list[str], limit: int) -> list[Any]:
    return walk(lambda cursor: run(reading.list_trades(table, names, limit, cursor)))


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 200])
def test_trades_of_several_strategies_are_merged_newest_first_and_walked_once(
    table: Table, limit: int
) -> None:
    booked = [
        fill(name, number, CYCLE + cycle)
        for cycle, name, number in [
            (0, "momentum", 0),
            (0, "pairs", 0),
            (1, "pairs", 0),
            (1, "pairs", 1),
            (1, "pairs", 2),
            (2, "momentum", 0),
            (5, "pairs", 0),
        ]
    ]
    store(table, *(rows.trade_item(trade) for trade in booked))
    walked = trades(table, ["momentum", "pairs"], limit)
    assert sorted(walked, key=lambda t: t.fill_id) == sorted(booked, key=lambda t: t.fill_id)
    assert [t.cycle_id for t in walked] == sorted((t.cycle_id for t in booked), reverse=True)


def test_trades_of_one_strategy_leave_out_the_others(table: Table) -> None:
    store(table, rows.trade_item(fill("momentum")), rows.trade_item(settlement("pairs")))
    assert trades(table, ["pairs"], 50) == [settlement("pairs")]
    assert trades(table, [], 50) == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.integers(0, 3), st.integers(0, 4)),
        unique=True,
        max_size=30,
    ),
    st.integers(1, 9),
)
def test_any_trades_are_walked_exactly_once(booked: list[tuple[str, int, int]], limit: int) -> None:
    table = MemoryTable()
    made = [fill(name, number, CYCLE + cycle) for name, cycle, number in booked]
    store(table, *(rows.trade_item(trade) for trade in made))
    walked = trades(table, list("abc"), limit)
    assert len(walked) == len(made)
    assert {t.fill_id for t in walked} == {t.fill_id for t in made}


def test_a_page_of_trades_has_no_cursor_when_nothing_is_left(table: Table) -> None:
    store(table, *(rows.trade_item(fill("momentum", n)) for n in range(3)))
    assert run(reading.list_trades(table, ["momentum"], 3, None)).cursor is None
    assert run(reading.list_trades(table, ["momentum"], 2, None)).cursor is not None


# --- activity ------------------------------------------------------------------------------


def happened(at: datetime, *texts: str) -> dict[str, Any]:
    entries = [
        {"kind": "trade", "strategy": None, "text": text, "cycle_id": None} for text in texts
    ]
    return rows.activity_item(at, texts[0], entries)


def activity(table: Table, limit: int, now: datetime = NOW) -> list[str]:
    return [
        entry["text"]
        for entry in walk(lambda cursor: run(reading.list_activity(table, limit, cursor, now)))
    ]


@pytest.mark.parametrize("limit", [1, 2, 3, 50])
def test_activity_is_walked_across_days_newest_first(table: Table, limit: int) -> None:
    store(
        table,
        happened(NOW, "now"),
        happened(NOW - timedelta(seconds=1), "second of two", "first of two"),
        happened(NOW - timedelta(days=1), "yesterday"),
        happened(NOW - timedelta(days=4), "four days ago"),
        happened(NOW - timedelta(days=4, seconds=5), "a little before"),
    )
    assert activity(table, limit) == [
        "now",
        "first of two",
        "second of two",
        "yesterday",
        "four days ago",
        "a little before",
    ]


@pytest.mark.parametrize("limit", [2, 5, 50])
def test_a_few_entries_a_day_are_walked_to_the_last_one_kept(table: Table, limit: int) -> None:
    days = range(29)
    store(table, *(happened(NOW - timedelta(days=day), f"{day}") for day in days))
    assert activity(table, limit) == [f"{day}" for day in days]


def test_activity_and_cycles_before_a_quiet_fortnight_are_still_found(table: Table) -> None:
    store(table, happened(NOW, "now"), happened(NOW - timedelta(days=14), "long ago"))
    assert activity(table, 50) == ["now", "long ago"]
    ids = [CYCLE, CYCLE - 14 * DAY]
    store(table, *(rows.cycle_item(summary(cycle), NOW) for cycle in ids))
    assert cycles(table, CYCLE, 50) == ids


def test_activity_that_expired_is_not_shown_even_while_it_is_stored(table: Table) -> None:
    for day in (9, 19, 29):
        store(table, happened(NOW - timedelta(days=day), f"{day}"))
    store(table, happened(NOW - timedelta(days=30), "expired"))
    assert activity(table, 50) == ["9", "19", "29"]


def test_activity_shows_when_it_happened_to_the_millisecond(table: Table) -> None:
    store(table, happened(NOW + timedelta(microseconds=123_000), "now"))
    (entry,) = run(reading.list_activity(table, 5, None, NOW)).items
    assert entry["at"] == NOW + timedelta(microseconds=123_000)


# --- cycles --------------------------------------------------------------------------------


def summary(cycle_id: int) -> CycleReport:
    return report(idle("momentum"), cycle_id)


def cycles(table: Table, newest: int | None, limit: int, now: datetime = NOW) -> list[int]:
    return [
        each.cycle_id
        for each in walk(lambda cursor: run(reading.list_cycles(table, newest, limit, cursor, now)))
    ]


@pytest.mark.parametrize("limit", [1, 2, 4, 200])
def test_cycles_are_walked_across_days_newest_first(table: Table, limit: int) -> None:
    ids = [CYCLE + 3, CYCLE + 2, CYCLE, CYCLE - 1, CYCLE - DAY, CYCLE - 5 * DAY]
    store(table, *(rows.cycle_item(summary(cycle), NOW) for cycle in ids))
    assert cycles(table, CYCLE + 3, limit) == ids


def test_no_committed_cycle_is_an_empty_list(table: Table) -> None:
    assert cycles(table, None, 50) == []


def test_a_cycle_that_expired_is_shown_nowhere(table: Table) -> None:
    long_ago = NOW - timedelta(days=90)
    store(table, rows.cycle_item(summary(CYCLE - 1), long_ago))
    store(table, rows.cycle_item(summary(CYCLE), NOW))
    assert cycles(table, CYCLE, 50) == [CYCLE]
    assert run(reading.read_cycle(table, CYCLE - 1, NOW)) is None
    assert run(reading.read_cycle(table, CYCLE, NOW)) == summary(CYCLE)


# --- the overview --------------------------------------------------------------------------


def test_the_overview_of_an_empty_table_is_killed_and_empty(table: Table) -> None:
    overview = run(reading.read_overview(table))
    assert overview.control.state is ControlState.KILLED
    assert (overview.accounts, overview.last_cycle, overview.committed_at) == ((), None, None)
    assert run(reading.last_commit(table)) is None


def test_the_overview_is_one_query() -> None:
    class Counting(MemoryTable):
        asked = 0

        async def query(self, *args: Any, **options: Any) -> Any:
            self.asked += 1
            return await super().query(*args, **options)

        async def get(self, key: Any) -> Any:
            raise AssertionError(f"{key} was read apart, maybe at another time")

    table = Counting()
    run(reading.read_overview(table))
    assert table.asked == 1


@pytest.mark.parametrize("committed_at", ["yesterday", 5])
def test_a_lease_with_an_unreadable_time_is_a_store_error(
    table: Table, committed_at: object
) -> None:
    lease = {"pk": rows.SHARD, "sk": "LEASE", "committed_at": committed_at, "last_cycle": CYCLE}
    store(table, lease)
    for ask in (reading.read_overview, reading.last_commit):
        with pytest.raises(StoreError, match="the lease row cannot be read") as raised:
            run(ask(table))
        assert "bot doctor" in raised.value.hint


def test_accounts_are_listed_by_name(table: Table) -> None:
    for name in ("momentum", "arbitrage", "pairs"):
        store(table, rows.account_item(replace(idle(name).accounts[name], version=1)))
    names = [account.strategy for account in run(reading.read_overview(table)).accounts]
    assert names == ["arbitrage", "momentum", "pairs"]
