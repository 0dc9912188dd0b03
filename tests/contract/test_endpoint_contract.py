"""What every endpoint answers to a good request: as documented, field by field."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.web.contract import Endpoint
from tests.contract.endpoints import (
    ask,
    assert_documented,
    assert_refused,
    every,
    fresh,
    path_of,
    reads,
    traded,
    writes,
)
from tests.unit.web.asking import Api

MISSING = {
    "cycle": "no cycle 29843116",
    "release": "no protection",
    "reset_account": "no account 'momentum'",
    "fund_account": "no account 'momentum'",
    "cancel_order": "no account 'momentum'",
    "set_exits": "no account 'momentum'",
    "decide_match": "no match",
}


@writes
def test_an_answer_to_a_change_is_as_documented(endpoint: Endpoint) -> None:
    reply = ask(fresh(), endpoint)
    assert reply.status == 200, reply.text
    endpoint.response.model_validate_json(reply.text)
    assert_documented(reply)


@every
def test_an_answer_on_an_empty_table_is_as_documented(endpoint: Endpoint) -> None:
    reply = ask(Api(), endpoint)
    if endpoint.view in MISSING:
        assert_refused(reply, 404, "not-found", MISSING[endpoint.view])
        return
    assert reply.status == 200
    endpoint.response.model_validate_json(reply.text)
    assert_documented(reply)


@reads
def test_an_answer_of_a_system_that_trades_is_as_documented_and_not_empty(
    endpoint: Endpoint,
) -> None:
    api = traded()
    reply = ask(api, endpoint, path=path_of(endpoint, api))
    assert reply.status == 200
    endpoint.response.model_validate_json(reply.text)
    assert_documented(reply)
    assert reply.json.get("items") != []


def test_amounts_are_strings_and_times_have_a_zone() -> None:
    state = traded().get("/v1/state").json
    for field in ("equity", "starting_cash", "profit", "open_cost"):
        assert isinstance(state[field], str)
    assert all(isinstance(a["cash"], str) for a in state["accounts"])
    assert state["now"].endswith("Z")
    assert state["last_cycle"]["committed_at"].endswith("Z")


def test_health_tells_strangers_the_age_and_nothing_else() -> None:
    api = traded()
    reply = api.get("/v1/health", role=None)
    assert reply.json == {"ok": True, "age_seconds": 8.0, "last_cycle_at": "2026-09-28T09:16:01Z"}
    late = replace(api, now=api.now + timedelta(seconds=293))
    assert late.get("/v1/health", role=None).json["ok"] is False
    assert Api().get("/v1/health", role=None).json == {
        "ok": False,
        "age_seconds": None,
        "last_cycle_at": None,
    }
