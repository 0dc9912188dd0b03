"""What every endpoint refuses, by field and in one shape, and changes nothing for it."""

import json
from datetime import timedelta
from typing import Any

import pytest

from bot.simulator.memory import MemoryTable
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.web import wire
from chalicelib.web.contract import ENDPOINTS, Endpoint
from chalicelib.web.dispatch import LARGEST_BODY
from tests.contract.endpoints import (
    BODIES,
    WRITES,
    as_memory,
    ask,
    assert_refused,
    every,
    fresh,
    name,
    path_of,
    traded,
    versioned,
    writes,
)


@every
def test_an_unknown_query_field_is_refused_by_name(endpoint: Endpoint) -> None:
    reply = ask(fresh(), endpoint, path=f"{path_of(endpoint)}?colour=red")
    assert_refused(reply, 400, "bad-request", "colour")


FIELDS = [(e.path, field) for e in ENDPOINTS if e.query for field in e.query.model_fields]
VALUES = ["", "0", "-1", "201", "2000", "1.5", "NaN", "Infinity", "1e9", "x", "null", "é", "{}"]
GOOD = {("points", "201"), ("strategy", "x"), ("strategy", "null")}
SENSELESS = [
    (path, field, value)
    for path, field in FIELDS
    for value in (*VALUES, "9" * 5000)
    if (field, value) not in GOOD
]


@pytest.mark.parametrize(("path", "field", "value"), SENSELESS)
def test_a_query_value_that_makes_no_sense_is_refused(path: str, field: str, value: str) -> None:
    reply = traded().get(f"{path}?{field}={value}")
    assert_refused(reply, 400, "bad-request")
    assert len(reply.text) < 2000


@pytest.mark.parametrize(
    ("number", "status"),
    [("0", 404), ("x", 400), ("-1", 400), ("1.5", 400), ("12345678901", 400), ("²", 400)],
)
def test_a_cycle_that_is_no_number_or_does_not_exist_is_refused(number: str, status: int) -> None:
    code = {400: "bad-request", 404: "not-found"}[status]
    assert_refused(traded().get(f"/v1/cycles/{number}"), status, code)


@writes
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"5",
        b"\xff\xfe{",
        b"\xc3\x28",
        b'{"reason": "\xff"}',
        b"NaN",
        b"[" * 20_000,
        b'{"a":' * 6_000,
        b"1" * 5000,
    ],
    ids=lambda body: repr(body[:12]),
)
def test_a_body_that_is_no_json_object_is_refused(endpoint: Endpoint, body: bytes) -> None:
    assert_refused(ask(fresh(), endpoint, body=body), 400, "bad-request")


@writes
@pytest.mark.parametrize("depth", [100, 240, 600, 900])
def test_a_deep_value_is_refused_and_not_echoed(endpoint: Endpoint, depth: int) -> None:
    for field in ("reason", "params", "version", "limits", "exits"):
        good = json.dumps(BODIES[endpoint.view])[:-1]
        deep = '{"a":' * depth + "1" + "}" * depth
        reply = ask(fresh(), endpoint, body=f'{good}, "{field}": {deep}}}'.encode())
        assert_refused(reply, 400, "bad-request")
        assert len(reply.text) < 2000


@writes
def test_an_unknown_field_is_refused_by_name(endpoint: Endpoint) -> None:
    body = {**BODIES[endpoint.view], "colour": "red"}
    assert_refused(ask(fresh(), endpoint, body=body), 400, "bad-request", "no field 'colour'")


@writes
@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_a_constant_that_is_no_json_is_refused_by_name(endpoint: Endpoint, constant: str) -> None:
    good = json.dumps(BODIES[endpoint.view])
    for body in (
        good.replace('"version": 0', f'"version": {constant}'),
        good[:-1] + f', "params": {{"min_rise": {constant}}}}}',
        good[:-1] + f', "exits": {{"stop_loss": {constant}}}}}',
    ):
        if body == good:  # it has no version
            continue
        reply = ask(fresh(), endpoint, body=body.encode())
        assert_refused(reply, 400, "bad-request", f"the body contains {constant}")


@writes
def test_a_number_too_large_to_be_finite_is_refused(endpoint: Endpoint) -> None:
    good = json.dumps(BODIES[endpoint.view])
    for field in ('"version": 1e999', '"params": {"min_rise": 1e999}'):
        body = f"{good[:-1]}, {field}}}"
        assert_refused(ask(fresh(), endpoint, body=body.encode()), 400, "bad-request")


WRONG: dict[str, list[Any]] = {
    "state": ["RUN", "killed", "", None, 1, True, ["KILLED"], {}],
    "reason": [None, 5, True, ["a reason"], {}, "x" * 201, "\ud800"],
    "version": ["0", 0.5, True, -1, [0], {}, "x"],
    "status": ["proposed", "", None, 1, True, ["confirmed"], {}],
    "known": [5, "all", [], True, {key: {} for key in "abc"}],
    "enabled": ["true", 1, 0, "yes", []],
    "paused": ["false", 1, 0.0, {}],
    "merge_pairs": ["true", 1, 0, []],
    "params": ["window", 5, [["window", 4]], True],
    "confirm": [5, True, ["flatten"], {}, "x" * 42],
    "strategy": [5, True, [], {}, "Momentum", "x y", ""],
    **{
        n: ["all", 5, [], True]
        for n in ("house", "limits", "exits", "sizing", "protections", "borrow")
    },
    "quality": ["all", 5, [], True],
    "paused_venues": ["recorded", 5, {}, ["x"] * 21],
    "own": ["exits", 5, {}, True],
    "starting_cash": [500, None, "", "-1", "1e3", "NaN", "0.0000001", "1" * 10, {}],
    "amount": [500, None, "", "+1", "--1", "1e308", "NaN", "-Infinity", "0.0000001", "1" * 10, {}],
}
MISTYPED = [
    pytest.param(e, field, value, id=f"{e.view}-{field}-{value!r:.12}")
    for e in WRITES
    if e.body is not None
    for field in e.body.model_fields
    for value in WRONG[field]
]


@pytest.mark.parametrize(("endpoint", "field", "value"), MISTYPED)
def test_a_field_of_the_wrong_type_is_refused_by_name(
    endpoint: Endpoint, field: str, value: Any
) -> None:
    body = {**BODIES[endpoint.view], field: value}
    assert_refused(ask(fresh(), endpoint, body=body), 400, "bad-request", f"{field!r}")


@writes
def test_a_missing_field_is_refused_by_name(endpoint: Endpoint) -> None:
    required = [n for n, f in (endpoint.body or wire.Body).model_fields.items() if f.is_required()]
    assert required
    for field in required:
        body = {k: v for k, v in BODIES[endpoint.view].items() if k != field}
        assert_refused(ask(fresh(), endpoint, body=body), 400, "bad-request", f"field {field!r}")


@writes
def test_a_body_above_the_limit_is_refused_before_it_is_read(endpoint: Endpoint) -> None:
    good = json.dumps(BODIES[endpoint.view]).encode()
    padding = b" " * (LARGEST_BODY - len(good))
    assert ask(fresh(), endpoint, body=good + padding).status == 200
    assert_refused(ask(fresh(), endpoint, body=good + padding + b" "), 413, "body-too-large")


@writes
@pytest.mark.parametrize(
    "kind", ["text/plain", "", "application/x-www-form-urlencoded", "text/plain; application/json"]
)
def test_a_body_that_is_not_declared_as_json_is_refused(endpoint: Endpoint, kind: str) -> None:
    reply = ask(fresh(), endpoint, headers={"content-type": kind})
    assert_refused(reply, 415, "not-json")


@writes
@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_may_be_declared_in_any_usual_way(endpoint: Endpoint, kind: str) -> None:
    assert ask(fresh(), endpoint, headers={"content-type": kind}).status == 200


@writes
@pytest.mark.parametrize("key", ["", "x" * 101, "é", "a\nb", "\x7f"])
def test_an_unusable_idempotency_key_is_refused(endpoint: Endpoint, key: str) -> None:
    reply = ask(fresh(), endpoint, headers={"idempotency-key": key})
    assert_refused(reply, 400, "bad-request", "Idempotency-Key")


@versioned
def test_a_stale_version_is_a_conflict_with_the_current_row(endpoint: Endpoint) -> None:
    api = fresh()
    assert ask(api, endpoint).status == 200
    reply = ask(api, endpoint)
    now = BODIES[endpoint.view]["version"] + 1
    assert_refused(reply, 409, "stale-version", f"version {now}")
    assert reply.json["current"]["version"] == now


@writes
def test_a_repeated_write_with_its_key_is_answered_as_the_first_time(endpoint: Endpoint) -> None:
    api = fresh()
    first = ask(api, endpoint, headers={"idempotency-key": "k"})
    api.now += timedelta(seconds=40)
    before = json.dumps(as_memory(api).rows)
    again = ask(api, endpoint, headers={"idempotency-key": "k"})
    assert (again.status, again.text) == (200, first.text)
    assert json.dumps(as_memory(api).rows) == before


@writes
def test_a_key_that_was_used_for_another_request_is_a_conflict(endpoint: Endpoint) -> None:
    api = fresh()
    ask(api, endpoint, headers={"idempotency-key": "k"})
    other = {**BODIES[endpoint.view], "reason": "another reason"}
    reply = ask(api, endpoint, body=other, headers={"idempotency-key": "k"})
    assert_refused(reply, 409, "stale-version", "used for another request")


class Unreachable(MemoryTable):
    """A table that answers for tokens and for nothing else."""

    reachable = True

    async def get(self, key: Any) -> Any:
        """A row, while the table can be reached."""
        self._check(key.pk)
        return await super().get(key)

    async def query(self, pk: str, **options: Any) -> Any:
        """Rows, while the table can be reached."""
        self._check(pk)
        return await super().query(pk, **options)

    def _check(self, pk: str) -> None:
        if not self.reachable and pk != "TOKEN":
            raise StoreUnavailable("DynamoDB get_item failed", "It is throttled or busy.")


@pytest.mark.parametrize("endpoint", [e for e in ENDPOINTS if e.view != "session"], ids=name)
def test_a_store_that_cannot_be_reached_is_said_so(endpoint: Endpoint) -> None:
    table = Unreachable()
    api = fresh(table)
    api.token("admin")
    table.reachable = False
    assert_refused(ask(api, endpoint), 503, "store-unavailable", "DynamoDB get_item failed")
