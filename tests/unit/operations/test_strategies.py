"""What an operator may choose for a strategy, and what is refused."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from bot.simulator.memory import Change, MemoryTable
from chalicelib.aws import rows
from chalicelib.aws.table import Put, Table, Write
from chalicelib.domain.cycle import Config, StrategySetting
from chalicelib.domain.errors import ConflictError, InputError, NotFoundError, StoreError
from chalicelib.domain.risk import RiskLimits
from chalicelib.operations.strategies import WantedSetting, change_strategy, read_config
from tests.builders import NOW
from tests.cloud_fixtures import run


@pytest.fixture(params=["memory", "moto"])
def table(request: pytest.FixtureRequest) -> Table:
    return request.getfixturevalue(f"{request.param}_table")


def wanted(name: str = "momentum", version: int = 0, **changes: Any) -> WantedSetting:
    return WantedSetting(name, version, "ann (1234)", **changes)


def change(table: Table, asked: WantedSetting) -> Config:
    return run(change_strategy(table, asked, NOW))


def audit(table: Table) -> list[str]:
    return [row["change"] for row in run(table.query(f"AUDIT#{NOW:%Y%m}")).items]


def test_what_is_left_out_stays_as_it_is(table: Table) -> None:
    change(table, wanted(params={"window": 4}))
    change(table, wanted(version=1, paused=True))
    changed = change(table, wanted(version=2, enabled=False))
    assert changed.strategies == {"momentum": StrategySetting(False, True, {"window": 4})}
    assert changed.version == 3
    assert run(read_config(table)) == changed


def test_parameters_are_replaced_whole_and_can_be_put_back(table: Table) -> None:
    change(table, wanted(params={"window": 4, "min_rise": 0.1}))
    assert change(table, wanted(version=1, params={"min_rise": 0.2})).strategies[
        "momentum"
    ].params == {"min_rise": 0.2}
    assert change(table, wanted(version=2, params={})).strategies["momentum"].params == {}


def test_other_strategies_and_the_limits_are_untouched(table: Table) -> None:
    limits = RiskLimits(max_open_positions=3)
    other = {"mean-reversion": StrategySetting(False)}
    run(table.write(Put("config", rows.config_item(Config(other, limits, 4)))))
    changed = change(table, wanted(version=4, paused=True))
    assert changed.limits == limits
    assert changed.strategies["mean-reversion"] == StrategySetting(False)


def test_an_unknown_strategy_is_not_found_with_a_near_miss(table: Table) -> None:
    with pytest.raises(NotFoundError, match="'momentun'") as raised:
        change(table, wanted("momentun"))
    assert raised.value.hint == "Did you mean 'momentum'?"


def test_a_misspelt_parameter_is_refused_with_a_near_miss(table: Table) -> None:
    with pytest.raises(InputError, match="no parameter 'windw'") as raised:
        change(table, wanted(params={"windw": 4}))
    assert raised.value.hint == "Did you mean 'window'?"


@pytest.mark.parametrize(
    "params",
    [
        {"window": 1},
        {"window": 501},
        {"window": 4.5},
        {"window": "4"},
        {"window": True},
        {"window": None},
        {"window": [4]},
        {"min_rise": 0},
        {"min_rise": 1e400},
        {"min_rise": float("nan")},
        {"min_rise": False},
        {"min_rise": "0.1"},
    ],
)
def test_a_parameter_out_of_bounds_or_of_another_type_is_refused_by_name(
    table: Table, params: dict[str, Any]
) -> None:
    (name,) = params
    with pytest.raises(InputError, match=f"momentum.{name} is ") as raised:
        change(table, wanted(params=params))
    assert raised.value.hint
    assert run(read_config(table)).version == 0
    assert audit(table) == []


@pytest.mark.parametrize("sent", [0, 2, 9])
def test_a_stale_version_is_a_conflict_that_shows_the_current_settings(
    table: Table, sent: int
) -> None:
    current = change(table, wanted(paused=True))
    with pytest.raises(ConflictError, match=f"version 1, you sent {sent}") as raised:
        change(table, wanted(version=sent, paused=False))
    assert raised.value.current == current
    assert len(audit(table)) == 1


def test_every_change_is_audited_in_the_same_transaction() -> None:
    seen: list[set[str]] = []

    def watch(changes: Sequence[Change]) -> None:
        seen.append({each.key.pk.partition("#")[0] for each in changes})

    table = MemoryTable(watch)
    asked = wanted(enabled=False, params={"window": 5}, reason="too slow", idempotency_key="k")
    change(table, asked)
    assert seen == [{"SHARD", "AUDIT", "ACTIVITY", "IDEMPOTENCY"}]
    assert audit(table) == ["momentum enabled = False, parameters = {'window': 5}: too slow"]


def test_the_same_key_and_request_gives_the_first_answer_and_writes_once(table: Table) -> None:
    first = change(table, wanted(paused=True, idempotency_key="k"))
    change(table, wanted(version=1, paused=False))
    assert change(table, wanted(paused=True, idempotency_key="k")) == first
    assert len(audit(table)) == 2


@pytest.mark.parametrize(
    "other",
    [
        {"paused": False},
        {"enabled": True},
        {"version": 1},
        {"name": "mean-reversion"},
        {"params": {}},
        {"reason": "another reason"},
    ],
)
def test_the_same_key_with_another_request_is_a_conflict(
    table: Table, other: dict[str, Any]
) -> None:
    change(table, wanted(paused=True, idempotency_key="k"))
    with pytest.raises(ConflictError, match="used for another request"):
        change(table, wanted(**{"paused": True, **other, "idempotency_key": "k"}))


class Raced(MemoryTable):
    """A table on which the same operator is a moment faster elsewhere."""

    def __init__(self, faster: WantedSetting) -> None:
        super().__init__()
        self.faster: WantedSetting | None = faster

    async def transact(self, writes: Sequence[Write], token: str) -> None:
        """Let the other one go first."""
        faster, self.faster = self.faster, None
        if faster is not None:
            await change_strategy(self, faster, NOW - timedelta(milliseconds=5))
        await super().transact(writes, token)


def test_of_two_changes_at_the_same_version_one_wins() -> None:
    table = Raced(wanted("mean-reversion", paused=True))
    with pytest.raises(ConflictError) as raised:
        change(table, wanted(enabled=False))
    assert raised.value.current == run(read_config(table))
    assert run(read_config(table)).strategies == {"mean-reversion": StrategySetting(paused=True)}
    assert len(audit(table)) == 1


def test_the_same_request_at_the_same_time_is_answered_like_the_first() -> None:
    asked = wanted(paused=True, idempotency_key="k")
    table = Raced(asked)
    assert change(table, asked) == run(read_config(table))
    assert len(audit(table)) == 1


def test_of_two_operators_with_the_same_change_the_second_is_told() -> None:
    table = Raced(WantedSetting("momentum", 0, "bob (9)", paused=True))
    with pytest.raises(ConflictError):
        change(table, wanted(paused=True))


@pytest.mark.parametrize("damage", [{"body": "{"}, {"schema": 2}])
def test_damaged_settings_are_never_overwritten(table: Table, damage: dict[str, Any]) -> None:
    item = {**rows.config_item(Config({}, RiskLimits(), 1)), **damage}
    run(table.write(Put("config", item)))
    with pytest.raises(StoreError, match="configuration"):
        change(table, wanted(version=1, paused=True))
    assert run(table.get(rows.CONFIG_KEY)) == item
