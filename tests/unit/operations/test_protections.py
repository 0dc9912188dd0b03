"""Tripped protections: named, shown while they hold, and let go by an operator alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.aws import rows
from chalicelib.aws.table import Table
from chalicelib.domain.errors import ConflictError, NotFoundError, StoreUnavailable
from chalicelib.engine.protections import begin_house
from chalicelib.engine.pulse import begin_cycle
from chalicelib.operations.protections import (
    Tripped,
    protection_id,
    release_protection,
    tripped,
)
from chalicelib.operations.reading import read_overview
from tests.builders import CYCLE, NOW
from tests.cloud_fixtures import run
from tests.unit.operations.risk_samples import (
    HOUSE,
    SHUT,
    TRIPPED,
    Overtaken,
    audited,
    holding,
    store,
    stored_account,
    told,
)

OURS = protection_id("test", TRIPPED)
HOUSES = protection_id(None, SHUT)


@pytest.fixture(params=["memory", "moto"])
def table(request: pytest.FixtureRequest) -> Table:
    return store(request.getfixturevalue(f"{request.param}_table"), holding())


def release(table: Table, wanted: str = OURS, key: str | None = None) -> Tripped:
    return run(release_protection(table, wanted, "ann (1)", "looked into it", NOW, key))


def holding_now(table: Table) -> list[str]:
    return [t.protection_id for t in tripped(run(read_overview(table)))]


def test_protection_that_holds_is_shown_with_its_id(table: Table) -> None:
    assert holding_now(table) == [HOUSES, OURS]


def test_another_trip_of_the_same_rule_has_another_id() -> None:
    again = replace(TRIPPED, tripped_at=NOW + timedelta(minutes=1))
    assert len({OURS, protection_id("test", again), protection_id("other", TRIPPED)}) == 3


def test_released_protection_no_longer_holds_and_the_next_cycle_forgets_it(table: Table) -> None:
    released = release(table)
    assert released.protection.releases_at == NOW
    assert holding_now(table) == [HOUSES]
    account = stored_account(table)
    assert account.version == 6
    assert account.last_cycle == CYCLE
    assert begin_cycle(account, CYCLE + 1, NOW + timedelta(minutes=1)).protections == ()


def test_house_protection_is_released_in_the_house_row(table: Table) -> None:
    release(table, HOUSES)
    assert holding_now(table) == [OURS]
    house = rows.house_from(run(table.get(rows.HOUSE_KEY)))
    assert house.version == HOUSE.version + 1
    later = begin_house(house, HOUSE.day_equity, HOUSE.deposits, CYCLE + 1, NOW)
    assert later.protections == ()


def test_release_is_audited_with_actor_and_reason(table: Table) -> None:
    release(table)
    assert audited(table) == [
        ("risk", "protection losses-in-a-row released (4 losses): looked into it")
    ]
    assert told(table) == [
        "ann (1): protection losses-in-a-row released (4 losses): looked into it"
    ]


def test_release_of_what_does_not_hold_is_not_found_and_names_what_does(table: Table) -> None:
    with pytest.raises(NotFoundError) as refused:
        release(table, "0" * 12)
    assert OURS in refused.value.hint
    release(table)
    with pytest.raises(NotFoundError):
        release(table)


def test_release_with_a_key_is_answered_again_as_the_first_time(table: Table) -> None:
    first = release(table, key="k")
    assert release(table, key="k") == first
    assert len(audited(table)) == 1
    with pytest.raises(ConflictError):
        release(table, HOUSES, key="k")


def test_release_waits_for_a_running_cycle_and_loses_nothing_of_it() -> None:
    table = Overtaken()
    store(table, holding())
    release(table)
    account = stored_account(table)
    assert (account.trades, account.version) == (2, 7)
    assert holding_now(table) == [HOUSES]


def test_release_that_never_gets_through_changes_nothing_and_says_so() -> None:
    table = Overtaken()
    table.races = 100
    store(table, holding())
    with pytest.raises(StoreUnavailable, match="kept changing"):
        release(table)
    assert holding_now(table) == [HOUSES, OURS]
