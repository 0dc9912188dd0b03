"""Every endpoint with a good request for it, and what every answer must look like."""

import json
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.simulator.memory import MemoryTable
from chalicelib.aws import rows
from chalicelib.aws.match_rows import match_item, match_key
from chalicelib.domain.booking import apply_fill
from chalicelib.domain.order import Side
from chalicelib.domain.protection import Protection, Scope
from chalicelib.operations.protections import protection_id
from chalicelib.web import wire
from chalicelib.web.contract import ENDPOINTS, Endpoint, Role
from tests import builders
from tests.unit.matching.samples import noon_pair
from tests.unit.web.asking import REQUEST_ID, Api, Reply, lived
from tools.openapi import PATH

DOCUMENT = json.loads(PATH.read_text())
GUARDED = [e for e in ENDPOINTS if e.role is not Role.PUBLIC]
WRITES = [e for e in ENDPOINTS if e.body is not None]
READS = [e for e in ENDPOINTS if e.body is None]
VERSIONED = [e for e in WRITES if e.body is not None and "version" in e.body.model_fields]
BODIES: dict[str, dict[str, Any]] = {
    "change_control": {"state": "KILLED", "reason": "a test of it", "version": 0},
    "change_risk": {"version": 0, "strategy": "momentum", "exits": {}, "reason": "a test of it"},
    "release": {"reason": "a test of it"},
    "reset_account": {
        "starting_cash": "500", "confirm": "momentum", "reason": "a test of it", "version": 1,
    },
    "fund_account": {
        "amount": "-20.5", "confirm": "momentum", "reason": "a test of it", "version": 1,
    },
    "cancel_order": {"reason": "a test of it", "version": 1},
    "set_exits": {"exits": {"stop_loss": "0.1"}, "reason": "a test of it"},
    "decide_match": {"version": 0, "status": "confirmed", "reason": "a test of it"},
    "change_strategy": {"version": 0, "paused": True, "params": {"window": 4}, "reason": "a test"},
}  # fmt: skip


def name(endpoint: Endpoint) -> str:
    return endpoint.view


every = pytest.mark.parametrize("endpoint", ENDPOINTS, ids=name)
guarded = pytest.mark.parametrize("endpoint", GUARDED, ids=name)
writes = pytest.mark.parametrize("endpoint", WRITES, ids=name)


reads = pytest.mark.parametrize("endpoint", READS, ids=name)


versioned = pytest.mark.parametrize("endpoint", VERSIONED, ids=name)

TRIPPED = Protection(
    "losses-in-a-row", Scope.STRATEGY, "momentum", "4 losing trades in a row",
    builders.NOW, None,
)  # fmt: skip
PROTECTION_ID = protection_id("momentum", TRIPPED)
PAIR = noon_pair()


def fresh(table: MemoryTable | None = None) -> Api:
    """A system that no operator has started: an account that holds, waits and is held back."""
    api = Api() if table is None else Api(table)
    held = apply_fill(builders.account(1000, "momentum"), builders.fill(Side.BUY, 10, "0.4"))
    account = replace(held, version=1, last_cycle=builders.CYCLE, protections=(TRIPPED,))
    account = replace(account, orders={"waits": builders.resting()})
    as_memory(api)._store(rows.account_key("momentum"), rows.account_item(account))
    as_memory(api)._store(match_key(PAIR.pair_id), match_item(PAIR))
    return api


@lru_cache
def traded() -> Api:
    """One system that has traded and waits to trade more, for tests that only read."""
    api = lived()
    key = rows.account_key("momentum")
    account = rows.account_from(as_memory(api).rows[key.pk][key.sk])
    waiting = replace(account, orders={"waits": builders.resting()})
    as_memory(api)._store(key, rows.account_item(waiting))
    as_memory(api)._store(match_key(PAIR.pair_id), match_item(PAIR))
    return api


def path_of(endpoint: Endpoint, api: Api | None = None) -> str:
    """A path that this endpoint answers well."""
    cycle = "29843116"
    if api is not None and endpoint.view == "cycle":
        cycle = str(api.get("/v1/cycles").json["items"][0]["cycle_id"])
    filled = endpoint.path.replace("{name}", "momentum").replace("{cycle_id}", cycle)
    filled = filled.replace("{strategy}", "momentum").replace("{instrument_id}", builders.YES)
    filled = filled.replace("{protection_id}", PROTECTION_ID).replace("{order_id}", "waits")
    return filled.replace("{match_id}", PAIR.pair_id)


def ask(api: Api, endpoint: Endpoint, **options: Any) -> Reply:
    """A good request, but for what the test changes."""
    options.setdefault("body", BODIES.get(endpoint.view))
    path = options.pop("path", path_of(endpoint))
    return api.ask(endpoint.method, path, **options)


def assert_documented(reply: Reply) -> None:
    """The answer is one that docs/openapi.json announces, field by field."""
    operation = DOCUMENT["paths"][f"/api{reply.endpoint.path}"][reply.endpoint.method.lower()]
    announced = operation["responses"][str(reply.status)]
    if "content" in announced:
        schema = announced["content"]["application/json"]["schema"]
        whole = {**schema, "components": DOCUMENT["components"]}
        Draft202012Validator(whole).validate(reply.json)
    else:
        assert reply.text == ""


def assert_refused(reply: Reply, status: int, code: str, says: str = "") -> None:
    """The one shape of an error, with a hint and the request's id."""
    assert (reply.status, reply.error["code"]) == (status, code), reply.text
    wire.ErrorAnswer.model_validate_json(reply.text)
    assert set(reply.error) == {"code", "message", "hint", "request_id"}
    assert reply.error["message"]
    assert reply.error["hint"]
    assert reply.error["request_id"] == REQUEST_ID
    assert says in reply.error["message"]
    assert_documented(reply)


def as_memory(api: Api) -> MemoryTable:
    assert isinstance(api.table, MemoryTable)
    return api.table
