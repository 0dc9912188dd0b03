"""What the API shows of a system that lives, and how it changes it."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pytest

from chalicelib.aws import rows
from chalicelib.aws.ledger import TableLedger
from chalicelib.aws.table import Put, Update
from chalicelib.domain.cycle import Config, StrategySetting
from chalicelib.domain.risk import RiskLimits
from chalicelib.domain.simulated_clock import SimulatedClock
from chalicelib.settings import Settings
from chalicelib.strategies import discover
from tests.builders import CYCLE, NOW
from tests.cloud_fixtures import run
from tests.unit.aws.samples import idle, report, trading
from tests.unit.web.asking import Api, Reply, lived, walk


@lru_cache
def traded() -> Api:
    return lived()


def switch(api: Api, state: str, version: int | None = None, **headers: str) -> Reply:
    body: dict[str, Any] = {"state": state, "reason": "because of a test"}
    if version is not None:
        body["version"] = version
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return api.ask("PUT", "/v1/control", body, "operator", sent)


# --- the switch ----------------------------------------------------------------------------


def test_killing_needs_no_version_and_resuming_needs_the_one_that_was_seen() -> None:
    api = Api()
    assert switch(api, "KILLED").json["version"] == 1
    refused = switch(api, "RUNNING")
    assert (refused.status, refused.error["code"]) == (400, "bad-request")
    assert switch(api, "RUNNING", 1).json["state"] == "RUNNING"
    assert switch(api, "PAUSED").json["state"] == "PAUSED"
    assert api.get("/v1/control").json["version"] == 3


def test_a_conflict_shows_the_row_as_the_control_itself_is_shown() -> None:
    api = Api()
    switch(api, "KILLED")
    conflict = switch(api, "RUNNING", 0)
    assert conflict.status == 409
    shown = api.get("/v1/control").json
    assert {name: conflict.json["current"][name] for name in shown} == shown


def test_the_first_start_is_explained() -> None:
    control = Api().get("/v1/control").json
    assert control == {
        "state": "KILLED",
        "version": 0,
        "reason": "there is no control row; start with `bot resume`",
        "actor": "system",
        "changed_at": None,
    }


def test_the_audit_names_the_bearer_and_never_the_secret() -> None:
    api = Api()
    secret = api.token("operator")
    switch(api, "KILLED", idempotency_key="k")
    stored = json.dumps(api.table.rows)  # type: ignore[attr-defined]
    assert "the operator (" in stored
    assert secret not in stored


# --- the state -----------------------------------------------------------------------------


def test_the_same_state_is_answered_once_and_then_with_304() -> None:
    api = traded()
    first = api.get("/v1/state")
    again = api.get("/v1/state", if_none_match=first.headers["ETag"])
    assert (again.status, again.text) == (304, "")
    assert again.headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize("form", ["W/{}", '"other", {}', '"other",W/{}', " {} "])
def test_an_etag_is_known_again_in_every_form_a_cache_may_send(form: str) -> None:
    tag = traded().get("/v1/state").headers["ETag"]
    assert traded().get("/v1/state", if_none_match=form.format(tag)).status == 304


@pytest.mark.parametrize("form", ["", '"other"', "W/", "*x"])
def test_another_etag_gets_the_whole_state(form: str) -> None:
    assert traded().get("/v1/state", if_none_match=form).status == 200


def test_time_alone_does_not_change_the_state() -> None:
    api = Api()
    tag = api.get("/v1/state").headers["ETag"]
    api.now += timedelta(seconds=30)
    assert api.get("/v1/state", if_none_match=tag).status == 304


def test_a_control_change_changes_the_state() -> None:
    api = Api()
    tag = api.get("/v1/state").headers["ETag"]
    switch(api, "KILLED")
    changed = api.get("/v1/state", if_none_match=tag)
    assert changed.status == 200
    assert changed.json["control"]["state"] == "KILLED"


def test_a_commit_changes_the_state() -> None:
    api = Api()
    tag = api.get("/v1/state").headers["ETag"]
    ledger = TableLedger(api.table)
    lease: Any = run(ledger.acquire(CYCLE, "a", api.now))
    decision = idle("momentum")
    run(ledger.commit(lease, run(ledger.load()), decision, report(decision)))
    changed = api.get("/v1/state", if_none_match=tag)
    assert changed.status == 200
    assert changed.json["last_cycle"]["cycle_id"] == CYCLE


def test_the_totals_of_the_state_are_those_of_its_parts() -> None:
    state = traded().get("/v1/state").json
    accounts, positions = state["accounts"], state["positions"]
    assert positions

    def total(items: list[dict[str, str]], field: str) -> Decimal:
        return sum((Decimal(item[field]) for item in items), Decimal(0))

    assert Decimal(state["equity"]) == total(accounts, "equity")
    assert Decimal(state["equity"]) == total(accounts, "cash") + total(positions, "value")
    assert Decimal(state["profit"]) == total(accounts, "realised") + total(accounts, "unrealised")
    assert Decimal(state["open_cost"]) == total(positions, "cost")
    assert positions == traded().get("/v1/positions").json["items"]
    assert accounts == traded().get("/v1/accounts").json["items"]


def test_a_replay_says_so_and_a_live_market_does_not() -> None:
    replay = Api().get("/v1/state").json["market"]
    assert (replay["mode"], replay["venues"]) == ("replay", ["recorded"])
    assert "real order books" in replay["note"]
    live = Api(settings=Settings(stage="prod", table="state", bucket="archive"))
    assert live.get("/v1/state").json["market"] == {
        "mode": "live",
        "venues": ["polymarket"],
        "note": "",
        "pace": 1,
        "anchor": None,
        "origins": {},
    }


def test_simulated_market_on_a_clock_of_its_own_says_which() -> None:
    clock = SimulatedClock(NOW, 30)
    made_up = Settings(
        stage="local", table="state", bucket="archive", market_clock=clock,
        venue_gateway="http://127.0.0.1:8770",
    )  # fmt: skip
    market = Api(settings=made_up).get("/v1/state").json["market"]
    assert (market["mode"], market["pace"]) == ("simulated", 30)
    assert datetime.fromisoformat(market["anchor"]) == NOW
    assert "made up" in market["note"]
    assert "30 times as fast" in market["note"]
    assert Api().get("/v1/state").json["market"]["pace"] == 0


# --- one cycle -----------------------------------------------------------------------------


def test_a_cycle_shows_what_it_did_and_why() -> None:
    api = traded()
    trade = walk(api, "/v1/trades?limit=50")[-1]
    detail = api.get(f"/v1/cycles/{trade['cycle_id']}").json
    fills = [d for d in detail["decisions"] if d["kind"] == "fill"]
    assert trade["instrument_id"] in {d["instrument_id"] for d in fills}
    assert all(d["text"] for d in detail["decisions"])
    assert detail["cycle"]["fills"] == len(fills)


def test_a_cycle_whose_record_is_gone_says_so() -> None:
    api = Api()
    ledger = TableLedger(api.table)
    decision = trading("momentum")
    switch(api, "RUNNING", 0)
    lease: Any = run(ledger.acquire(CYCLE, "a", api.now))
    run(ledger.commit(lease, run(ledger.load()), decision, report(decision)))
    missing = api.get(f"/v1/cycles/{CYCLE}")
    assert (missing.status, missing.error["code"]) == (503, "store-error")
    assert "missing from the archive" in missing.error["message"]


# --- strategies ----------------------------------------------------------------------------


def put(api: Api, name: str = "momentum", **body: Any) -> Reply:
    return api.ask("PUT", f"/v1/strategies/{name}", {"version": 0, **body}, "operator")


def test_every_strategy_is_listed_with_its_parameters_and_their_bounds() -> None:
    listed = {s["name"]: s for s in Api().get("/v1/strategies").json["items"]}
    assert set(listed) == set(discover()) > {"momentum", "mean-reversion", "yes-no-arbitrage"}
    for shown in listed.values():
        assert shown["enabled"]
        assert shown["summary"]
        assert set(shown["params"]) == set(shown["schema"]["properties"])
        assert shown["version"] == 0


def test_a_change_shows_at_once_where_it_matters() -> None:
    api = Api()
    changed = put(api, enabled=False, params={"window": 4}).json
    assert (changed["enabled"], changed["params"]["window"], changed["lookback"]) == (False, 4, 5)
    assert changed["version"] == 1
    listed = {s["name"]: s for s in api.get("/v1/strategies").json["items"]}
    assert listed["momentum"] == changed
    assert listed["mean-reversion"]["version"] == 1


def test_a_misspelt_name_or_parameter_is_answered_with_a_near_miss() -> None:
    unknown = put(Api(), "momentun", paused=True)
    assert (unknown.status, unknown.error["hint"]) == (404, "Did you mean 'momentum'?")
    misspelt = put(Api(), params={"windw": 4})
    assert (misspelt.status, misspelt.error["hint"]) == (400, "Did you mean 'window'?")


def test_stored_parameters_that_no_longer_fit_are_named_and_can_be_replaced() -> None:
    api = Api()
    old = Config({"momentum": StrategySetting(params={"widow": 4})}, RiskLimits(), 3)
    run(api.table.write(Put("config", rows.config_item(old))))
    refused = api.get("/v1/strategies")
    assert (refused.status, refused.error["code"]) == (503, "store-error")
    assert "no parameter 'widow'" in refused.error["message"]
    assert put(api, version=3, params={}).status == 200
    assert api.get("/v1/strategies").status == 200


# --- damage --------------------------------------------------------------------------------


def test_a_damaged_account_is_reported_and_the_switch_still_works() -> None:
    api = Api()
    broken = {"pk": rows.SHARD, "sk": "ACCOUNT#momentum", "schema": 2, "body": "{}"}
    run(api.table.write(Put("account", broken)))
    state = api.get("/v1/state")
    assert (state.status, state.error["code"]) == (503, "store-error")
    assert "bot doctor" in state.error["hint"]
    assert switch(api, "KILLED").status == 200


def test_a_damaged_control_is_shown_as_killed_with_what_is_wrong() -> None:
    api = Api()
    switch(api, "RUNNING", 0)
    run(api.table.write(Update("control", rows.CONTROL_KEY, set={"state": "WALKING"})))
    shown = api.get("/v1/control").json
    assert (shown["state"], shown["version"]) == ("KILLED", 0)
    assert "WALKING" in shown["reason"]
