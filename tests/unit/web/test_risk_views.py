"""The Risk & control page's API: what it shows, who may change it, and how hard stopping is."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from chalicelib.aws import rows
from chalicelib.domain.booking import apply_fill
from chalicelib.domain.control import ControlState
from chalicelib.domain.cycle import Config, StrategySetting
from chalicelib.domain.exits import ExitRules
from chalicelib.domain.market import MarketKind
from chalicelib.domain.order import Side
from chalicelib.domain.pulse import Pulse
from chalicelib.domain.remembered import ClosedTrade, ClosedTrades, Entries, Remembered
from chalicelib.domain.risk import Limits, RiskLimits
from chalicelib.domain.sizing import Sizing
from chalicelib.domain.strategy import REGISTRY, About
from chalicelib.operations.listed import listed_markets
from chalicelib.operations.protections import protection_id
from chalicelib.operations.reading import read_overview
from chalicelib.strategies.mean_reversion import MeanReversion
from chalicelib.web.limit_use import limit_uses
from tests.builders import CYCLE, NOW, YES, fill, market
from tests.cloud_fixtures import run
from tests.unit.operations.risk_samples import (
    HOUSE,
    SHUT,
    TRIPPED,
    flat,
    holding,
    put,
    store,
    stored_account,
)
from tests.unit.web.asking import Api, lived

KILLED, RUNNING, FLATTENING = ControlState.KILLED, ControlState.RUNNING, ControlState.FLATTENING


def system(*accounts: Any, state: ControlState = RUNNING) -> Api:
    api = Api()
    store(api.table, *accounts, state=state)
    return api


def use(uses: list[dict[str, Any]], name: str) -> tuple[Decimal, Decimal | None]:
    (found,) = [u for u in uses if u["name"] == name]
    limit = found["limit"]
    return Decimal(found["used"]), None if limit is None else Decimal(limit)


def test_risk_shows_each_limit_with_how_much_is_used() -> None:
    day = CYCLE // 1440
    ended = Remembered.of(ClosedTrade(NOW, YES, "test:m", Decimal(-1), "stop-loss"))
    lost = Pulse(
        day, Decimal(1250), opened=Entries.of([(CYCLE - 2000, 9), (CYCLE - 90, 3), (CYCLE - 5, 2)]),
        closed=ClosedTrades.of([ended, ended]),
    )  # fmt: skip
    account = replace(holding(), pulse=lost, peak=Decimal(2000))
    api = system(account)
    limits = RiskLimits(max_daily_loss=Decimal("0.25"), max_trades_per_hour=4, max_position=8)
    put(api.table, rows.config_item(Config({}, limits, 2, house=Limits(max_open_positions=9))))
    shown = api.get("/v1/risk").json
    (strategy,) = shown["strategies"]
    of = strategy["limits"]
    assert use(of, "max_exposure") == (Decimal("0.004000"), Decimal("0.5"))
    assert use(of, "max_venue_exposure") == (Decimal("0.004000"), None)
    assert use(of, "max_daily_loss") == (Decimal("0.200000"), Decimal("0.25"))
    assert use(of, "max_drawdown") == (Decimal("0.500000"), None)
    assert use(of, "max_total_loss")[0] == 0
    assert use(of, "max_trades_per_hour") == (2, 4)
    assert use(of, "max_trades_per_day") == (5, None)
    assert use(of, "max_open_positions") == (1, 20)
    assert use(of, "max_position") == (4, 8)
    assert use(shown["house"], "max_open_positions") == (1, 9)
    assert use(shown["house"], "max_drawdown")[0] == Decimal("0.090909")
    assert strategy["exit_reasons"] == [
        {"reason": "stop-loss", "count": 2, "wins": 0, "profit": "-2"}
    ]
    assert strategy["settings"]["max_daily_loss"] == "0.25"
    assert shown["market_time"] == NOW.isoformat().replace("+00:00", "Z")
    assert shown["version"] == 2


def test_risk_of_a_system_that_trades_counts_refusals_by_reason() -> None:
    api = lived(31)
    shown = api.get("/v1/risk").json
    listed = api.get("/v1/refusals?limit=200").json["items"]
    assert sum(shown["refusals"].values()) >= len(listed)
    assert {refusal["code"] for refusal in listed} <= shown["refusals"].keys()
    assert {s["strategy"] for s in shown["strategies"]} >= {"momentum", "mean-reversion"}


def test_risk_shows_protections_that_hold_until_they_are_released() -> None:
    api = system(holding())
    ours = protection_id("test", TRIPPED)
    shown = api.get("/v1/risk").json["protections"]
    assert [(p["id"], p["strategy"], p["scope"]) for p in shown] == [
        (protection_id(None, SHUT), None, "venue"),
        (ours, "test", "strategy"),
    ]
    released = api.ask("PUT", f"/v1/protections/{ours}", {"reason": "looked into it"})
    assert released.json["releases_at"] is not None
    assert [p["id"] for p in api.get("/v1/risk").json["protections"]] != [ours]
    again = api.ask("PUT", f"/v1/protections/{ours}", {"reason": "looked into it"})
    assert again.status == 404


def test_group_exposure_counts_all_markets_that_exclude_each_other() -> None:
    of_m, of_n = (market(name, exclusive_group="election") for name in ("m", "n"))
    other = fill(Side.BUY, 20, "0.5", "test:n:yes")
    account = apply_fill(holding(), other)
    listed = {o.instrument_id: m for m in (of_m, of_n) for o in m.outcomes}
    config = Config({}, RiskLimits(max_group_exposure=Decimal("0.4")))
    uses = limit_uses([account], config, HOUSE, CYCLE, listed)["test"]
    shown = [u.model_dump(mode="json") for u in uses]
    assert use(shown, "max_group_exposure") == (Decimal("0.014000"), Decimal("0.4"))
    assert use(shown, "max_market_exposure") == (Decimal("0.010000"), None)


def test_groups_are_read_from_the_last_record_only_when_a_limit_asks() -> None:
    api = lived(3)
    put(api.table, rows.account_item(holding()))
    overview = run(read_overview(api.table))
    assert run(listed_markets(api.archive, overview)) == {}
    limits = {"max_group_exposure": "0.4"}
    body = {"version": overview.config.version, "limits": limits, "reason": "look at groups"}
    assert api.ask("PUT", "/v1/risk", body).status == 200
    assert run(listed_markets(api.archive, run(read_overview(api.table)))) != {}


WRITES: dict[str, dict[str, Any]] = {
    "/v1/risk": {"version": 0, "exits": {}, "reason": "a test"},
    "/v1/accounts/test": {"starting_cash": "500", "confirm": "test", "reason": "a test"},
    f"/v1/positions/test/{YES}": {"exits": None, "reason": "a test"},
    f"/v1/protections/{protection_id('test', TRIPPED)}": {"reason": "a test"},
}


@pytest.mark.parametrize("path", WRITES)
def test_viewer_changes_nothing_and_operator_may(path: str) -> None:
    api = system(holding(), state=KILLED)
    assert api.ask("PUT", path, WRITES[path], role="viewer").status == 403
    assert stored_account(api.table) == holding()
    assert api.ask("PUT", path, WRITES[path], role="operator").status == 200


def test_flatten_needs_its_confirmation_and_no_version() -> None:
    api = system(holding())
    wish = {"state": "FLATTENING", "reason": "out of everything"}
    for confirm in (None, "Flatten", "yes"):
        refused = api.ask("PUT", "/v1/control", {**wish, "confirm": confirm})
        assert (refused.status, refused.error["code"]) == (400, "bad-request")
    answered = api.ask("PUT", "/v1/control", {**wish, "confirm": "flatten"}, role="operator").json
    assert answered["state"] == "FLATTENING"
    assert answered["note"] == "flattening: 1 positions left"


def test_flattened_system_stays_so_and_says_that_it_is_flat() -> None:
    api = system(flat(), state=FLATTENING)
    assert api.get("/v1/control").json["note"] == "flat: nothing is held"
    assert api.get("/v1/state").json["control"]["note"] == "flat: nothing is held"


def test_resume_after_a_kill_answers_that_strategies_are_disabled() -> None:
    api = system(flat(), state=KILLED)
    wish = {"state": "RUNNING", "reason": "go on again", "version": 7}
    assert "every strategy is disabled" in api.ask("PUT", "/v1/control", wish).json["note"]
    assert not any(s["enabled"] for s in api.get("/v1/strategies").json["items"])
    version = api.get("/v1/strategies").json["items"][0]["version"]
    api.ask("PUT", "/v1/strategies/momentum", {"version": version, "enabled": True})
    assert "note" not in api.get("/v1/control").json


def test_control_answers_even_when_the_accounts_cannot_be_read() -> None:
    api = system(flat())
    item = {**rows.account_item(flat()), "schema": 99}
    put(api.table, item)
    assert api.get("/v1/control").json["state"] == "RUNNING"
    killed = api.ask("PUT", "/v1/control", {"state": "KILLED", "reason": "broken rows"})
    assert (killed.status, killed.json["state"]) == (200, "KILLED")


def test_reset_needs_the_name_repeated() -> None:
    api = system(flat())
    body = {"starting_cash": "500", "confirm": "tset", "reason": "a new start"}
    assert api.ask("PUT", "/v1/accounts/test", body).status == 400
    answered = api.ask("PUT", "/v1/accounts/test", {**body, "confirm": "test"}).json
    assert (answered["cash"], answered["realised"], answered["trades"]) == ("500.000000", "0", 0)


def test_reset_over_open_positions_is_a_conflict() -> None:
    api = system(holding())
    body = {"starting_cash": "500", "confirm": "test", "reason": "a new start"}
    refused = api.ask("PUT", "/v1/accounts/test", body)
    assert refused.status == 409
    assert "holds 1 positions" in refused.error["message"]


def test_exits_of_a_position_are_shown_with_it() -> None:
    api = system(holding())
    path = f"/v1/positions/test/{YES.replace(':', '%3A')}"
    body = {"exits": {"trailing_stop": "0.1"}, "reason": "closer watch"}
    assert api.ask("PUT", path, body).json["exits"]["trailing_stop"] == "0.1"
    (shown,) = api.get("/v1/positions").json["items"]
    assert shown["exits"]["trailing_stop"] == "0.1"
    assert api.ask("PUT", path, {**body, "exits": None}).json["exits"] is None
    wrong = api.ask("PUT", path, {**body, "exits": {"stop_los": "0.1"}})
    assert (wrong.status, "exits.stop_los" in wrong.error["message"]) == (400, True)


def test_trades_leave_resets_out_and_pages_go_on_over_them() -> None:
    api = system(flat())
    api.ask(
        "PUT", "/v1/accounts/test",
        {"starting_cash": "500", "confirm": "test", "reason": "a new start"},
    )  # fmt: skip
    assert api.get("/v1/trades?limit=1").json == {"items": [], "next": None}


def test_settings_of_every_strategy_are_kept_by_a_change_of_limits() -> None:
    api = system(flat())
    config = Config({"momentum": StrategySetting(True, True)}, RiskLimits(), 4)
    put(api.table, rows.config_item(config))
    body = {"version": 4, "limits": {"cash_per_entry": "50"}, "reason": "smaller"}
    assert api.ask("PUT", "/v1/risk", body).json["version"] == 5
    momentum = [s for s in api.get("/v1/strategies").json["items"] if s["name"] == "momentum"]
    assert momentum[0]["paused"] is True


def test_rules_in_force_are_shown_with_whose_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    class Test(MeanReversion):
        """A strategy with exits of its own."""

        about = About(exits=ExitRules(max_minutes=30))

    monkeypatch.setitem(REGISTRY, "test", Test)
    api = system(flat())
    (shown,) = api.get("/v1/risk").json["strategies"]
    assert (shown["exits"]["max_minutes"], shown["exits_from"]) == (30, "strategy")
    assert (shown["sizing"]["policy"], shown["sizing_from"]) == ("fixed-cash", "strategy")
    body = {"version": 0, "strategy": "test", "exits": {"max_minutes": 5}, "reason": "sooner"}
    (shown,) = api.ask("PUT", "/v1/risk", body).json["strategies"]
    assert (shown["exits"]["max_minutes"], shown["exits_from"]) == (5, "operator")
    body = {"version": 1, "strategy": "test", "own": ["exits"], "reason": "as it was"}
    (shown,) = api.ask("PUT", "/v1/risk", body).json["strategies"]
    assert (shown["exits"]["max_minutes"], shown["exits_from"]) == (30, "strategy")


def test_strategies_say_what_they_trade_when_and_where_they_fail(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Coin(MeanReversion):
        """Toss a coin."""

        name = "coin"
        about = About(
            trades=(MarketKind.SPOT,), enters="On heads.", leaves="On tails.",
            fails_when="Always.", baseline=True, sizing=Sizing(cash=Decimal(5)),
        )  # fmt: skip

    monkeypatch.setitem(REGISTRY, "coin", Coin)
    rows_ = {row["name"]: row for row in system(flat()).get("/v1/strategies").json["items"]}
    coin = rows_["coin"]
    assert (coin["trades"], coin["baseline"]) == (["spot"], True)
    assert [coin[k] for k in ("enters", "leaves", "fails_when")] == [
        "On heads.", "On tails.", "Always.",
    ]  # fmt: skip
    assert (coin["sizing"]["cash"], coin["sizing_from"]) == ("5", "strategy")
    assert rows_["momentum"]["baseline"] is False
