"""What an operator may set to bound trading, and what is refused by name."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.aws import rows
from chalicelib.aws.table import Put, Table
from chalicelib.domain.cycle import Config, StrategySetting
from chalicelib.domain.errors import ConflictError, InputError, NotFoundError
from chalicelib.domain.exits import ExitRules
from chalicelib.domain.risk import RiskLimits
from chalicelib.domain.sizing import Sizing, SizingPolicy
from chalicelib.domain.strategy import REGISTRY, About
from chalicelib.operations.risk import WantedRisk, change_risk
from chalicelib.operations.strategies import WantedSetting, change_strategy, read_config
from chalicelib.strategies import discover
from chalicelib.strategies.mean_reversion import MeanReversion
from tests.builders import NOW
from tests.cloud_fixtures import run
from tests.unit.operations.risk_samples import audited


@pytest.fixture(params=["memory", "moto"])
def table(request: pytest.FixtureRequest) -> Table:
    return request.getfixturevalue(f"{request.param}_table")


def change(table: Table, version: int | None = 0, **parts: Any) -> Config:
    return run(change_risk(table, WantedRisk(version, "ann", "tighter", **parts), NOW))


def test_limits_of_one_strategy_are_its_own(table: Table) -> None:
    changed = change(table, strategy="momentum", limits={"max_daily_loss": "0.02"})
    assert changed.limits_of("momentum").max_daily_loss == Decimal("0.02")
    assert changed.limits_of("mean-reversion") == RiskLimits()
    assert run(read_config(table)) == changed


def test_limits_without_a_strategy_are_the_default_of_all(table: Table) -> None:
    changed = change(table, limits={"cash_per_entry": 50}, house={"max_open_positions": 7})
    assert changed.limits.cash_per_entry == 50
    assert changed.limits_of("momentum").cash_per_entry == 50
    assert changed.house.max_open_positions == 7
    assert changed.strategies == {}


def test_borrow_model_is_switched_on_for_one_strategy_alone(table: Table) -> None:
    changed = change(table, strategy="momentum", borrow={"enabled": True, "annual_rate": "0.2"})
    assert changed.setting("momentum").borrow.enabled
    assert not changed.setting("mean-reversion").borrow.enabled
    with pytest.raises(InputError, match="borrow belongs to one strategy"):
        change(table, version=1, borrow={"enabled": True})
    with pytest.raises(InputError, match=r"borrow.margin"):
        change(table, version=1, strategy="momentum", borrow={"margin": "0.1"})


def test_exits_and_sizing_without_a_strategy_go_to_every_strategy(table: Table) -> None:
    changed = change(table, exits={"stop_loss": 0.2}, sizing={"policy": "kelly"})
    assert set(changed.strategies) == set(discover())
    for name in discover():
        assert changed.setting(name).exits == ExitRules(stop_loss=Decimal("0.2"))
        assert changed.setting(name).sizing.policy is SizingPolicy.KELLY


def test_what_is_left_out_stays_as_it_is(table: Table) -> None:
    kept = StrategySetting(False, True, {"window": 4}, exits=ExitRules(max_minutes=9))
    run(table.write(Put("c", rows.config_item(Config({"momentum": kept}, RiskLimits(), 3)))))
    changed = change(table, 3, strategy="momentum", protections={"losses_in_a_row": None})
    assert replace(changed.setting("momentum"), protections=None) == kept
    assert changed.protections_of("momentum").losses_in_a_row is None
    assert changed.protections_of("mean-reversion").losses_in_a_row == 4


def test_tuning_a_strategy_keeps_its_limits_and_exits(table: Table) -> None:
    change(table, strategy="momentum", limits={"cash_per_entry": 50}, exits={"max_minutes": 9})
    run(change_strategy(table, WantedSetting("momentum", 1, "ann", paused=True), NOW))
    setting = run(read_config(table)).setting("momentum")
    assert (setting.paused, setting.exits.max_minutes) == (True, 9)
    assert setting.limits is not None
    assert setting.limits.cash_per_entry == 50


def test_venues_are_paused_and_let_go(table: Table) -> None:
    assert change(table, paused_venues=["recorded", "polymarket", "recorded"]).paused_venues == (
        "polymarket",
        "recorded",
    )
    assert change(table, 1, paused_venues=[]).paused_venues == ()


def test_change_is_audited_with_what_and_why(table: Table) -> None:
    change(table, strategy="momentum", exits={}, limits={})
    assert audited(table) == [("risk", "limits, exits of momentum set: tighter")]


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "field": ({"limits": {"max_daly_loss": "0.1"}}, "no 'limits.max_daly_loss'"),
    "bound": ({"limits": {"max_daily_loss": "1.5"}}, "limits.max_daily_loss"),
    "type": ({"exits": {"max_minutes": "soon"}}, "exits.max_minutes"),
    "not a number": ({"house": {"max_exposure": "NaN"}}, "house.max_exposure"),
    "infinite": ({"limits": {"starting_cash": "Infinity"}}, "limits.starting_cash"),
    "part over whole": (
        {"limits": {"max_exposure": "0.2", "max_market_exposure": "0.3"}},
        "max_market_exposure 0.3 contradicts max_exposure 0.2",
    ),
    "hour over day": (
        {"house": {"max_trades_per_hour": 9, "max_trades_per_day": 5}},
        "max_trades_per_hour 9 contradicts max_trades_per_day 5",
    ),
    "policy": ({"sizing": {"policy": "martingale"}}, "sizing.policy"),
    "venue": ({"paused_venues": ["polymarkt"]}, "'polymarkt'"),
    "nothing": ({}, "nothing is to be changed"),
    "house of one": ({"strategy": "momentum", "house": {}}, "house does not belong"),
    "venues of one": ({"strategy": "momentum", "paused_venues": []}, "does not belong"),
}


@pytest.mark.parametrize(("parts", "says"), WRONG.values(), ids=WRONG)
def test_rules_that_make_no_sense_are_refused_by_name_and_change_nothing(
    table: Table, parts: dict[str, Any], says: str
) -> None:
    with pytest.raises(InputError, match=says) as refused:
        change(table, **parts)
    assert refused.value.hint
    assert run(read_config(table)).version == 0


def test_unknown_strategy_is_not_found(table: Table) -> None:
    with pytest.raises(NotFoundError):
        change(table, strategy="momentun", exits={})


def test_stale_version_is_a_conflict_with_the_settings_as_they_are(table: Table) -> None:
    stored = change(table, exits={})
    with pytest.raises(ConflictError) as refused:
        change(table, exits={"max_minutes": 5})
    assert refused.value.current == stored


class Careful(MeanReversion):
    """A strategy with a sizing and exits of its own."""

    about = About(
        sizing=Sizing(policy=SizingPolicy.KELLY, kelly_cap=Decimal("0.01")),
        exits=ExitRules(stop_loss=Decimal("0.1"), max_minutes=30),
    )


@pytest.fixture
def careful(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setitem(REGISTRY, "careful", Careful)
    return "careful"


def test_one_changed_field_is_laid_over_the_strategys_own_rules(table: Table, careful: str) -> None:
    changed = change(table, strategy=careful, exits={"max_minutes": 9}, patch=True)
    setting = changed.setting(careful)
    assert setting.exits == ExitRules(stop_loss=Decimal("0.1"), max_minutes=9)
    assert setting.sizing is None


def test_operators_rules_are_given_back_to_the_strategy(table: Table, careful: str) -> None:
    change(table, strategy=careful, exits={}, sizing={})
    given_back = change(table, 1, strategy=careful, own=["exits"])
    assert given_back.setting(careful) == StrategySetting(sizing=Sizing())
    assert audited(table)[-1][1] == "own exits of careful set: tighter"


def test_rules_of_all_strategies_are_given_back_at_once(table: Table, careful: str) -> None:
    change(table, exits={}, sizing={})
    given_back = change(table, 1, own=["exits", "sizing"])
    assert {(s.exits, s.sizing) for s in given_back.strategies.values()} == {(None, None)}


def test_part_is_not_both_set_and_given_back(table: Table, careful: str) -> None:
    with pytest.raises(InputError, match="exits are set and given back"):
        change(table, strategy=careful, exits={}, own=["exits"])
    with pytest.raises(InputError, match="no 'limits' of its own"):
        change(table, strategy=careful, own=["limits"])
