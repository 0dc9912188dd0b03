"""Who may ask what: every endpoint, every role, every token that is not one."""

import json
from datetime import timedelta

import pytest
from chalice.test import Client

import app
from chalicelib.operations.tokens import digest_of, list_tokens, revoke_token
from chalicelib.web.contract import BY_ROUTE, ENDPOINTS, Endpoint, Role
from tests.cloud_fixtures import run
from tests.contract.endpoints import (
    GUARDED,
    READS,
    WRITES,
    as_memory,
    ask,
    assert_refused,
    guarded,
    path_of,
    writes,
)
from tests.unit.web.asking import Api


@guarded
def test_without_a_token_nobody_gets_in(endpoint: Endpoint) -> None:
    reply = ask(Api(), endpoint, role=None)
    assert_refused(reply, 401, "unauthenticated")
    assert reply.headers["WWW-Authenticate"] == "Bearer"


@guarded
@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer unknown",
        "Basic {secret}",
        "{secret}",
        "Bearer {secret}x",
        "Bearer {digest}",
        "Bearer mst_" + "x" * 300,
        "Bearer é",
        "Bearer \x00",
    ],
)
def test_anything_but_a_token_of_ours_is_refused(endpoint: Endpoint, authorization: str) -> None:
    api = Api()
    secret = api.token("admin")
    sent = authorization.format(secret=secret, digest=digest_of(secret))
    reply = ask(api, endpoint, headers={"authorization": sent})
    assert_refused(reply, 401, "unauthenticated")
    assert secret not in reply.text


@guarded
def test_an_expired_token_is_refused(endpoint: Endpoint) -> None:
    api = Api()
    api.token("admin")
    api.now += timedelta(days=1) - timedelta(seconds=1)
    assert ask(api, endpoint).status != 401
    api.now += timedelta(seconds=1)
    assert_refused(ask(api, endpoint), 401, "unauthenticated")


@guarded
def test_a_revoked_token_is_refused_at_once(endpoint: Endpoint) -> None:
    api = Api()
    api.token("admin")
    (token,) = run(list_tokens(api.table))
    run(revoke_token(api.table, token.token_id, "test", api.now))
    assert_refused(ask(api, endpoint), 401, "unauthenticated")


@guarded
@pytest.mark.parametrize("role", ["viewer", "operator", "admin"])
def test_a_role_opens_what_is_its_own_and_nothing_above(endpoint: Endpoint, role: str) -> None:
    api = Api()
    reply = ask(api, endpoint, role=role)
    if Role[role.upper()] < endpoint.role:
        assert_refused(reply, 403, "forbidden", f"a {role} may not")
    else:
        assert reply.status in (200, 404)


@writes
def test_a_viewer_changes_nothing(endpoint: Endpoint) -> None:
    api = Api()
    api.token("viewer")
    before = json.dumps(as_memory(api).rows)
    assert_refused(ask(api, endpoint, role="viewer"), 403, "forbidden")
    assert json.dumps(as_memory(api).rows) == before


@writes
def test_who_may_not_ask_is_told_nothing_about_the_request(endpoint: Endpoint) -> None:
    assert_refused(ask(Api(), endpoint, role=None, body=b"{"), 401, "unauthenticated")
    assert_refused(ask(Api(), endpoint, role="viewer", body=b"{"), 403, "forbidden")


def test_the_application_has_the_routes_of_the_contract_and_no_other() -> None:
    routes = {(method, path) for path, methods in app.app.routes.items() for method in methods}
    assert routes == set(BY_ROUTE)


def test_every_route_but_health_has_the_authorizer() -> None:
    for path, methods in app.app.routes.items():
        for method, entry in methods.items():
            expected = None if path == "/v1/health" else app.token_authorizer
            assert entry.authorizer is expected, (method, path)


def test_no_route_answers_another_origin_and_errors_show_no_traceback() -> None:
    assert app.app.debug is False
    for methods in app.app.routes.values():
        for entry in methods.values():
            assert not entry.cors


def test_only_health_is_public_and_every_write_takes_an_operator() -> None:
    assert [e.view for e in ENDPOINTS if e.role is Role.PUBLIC] == ["health"]
    assert all(e.role >= Role.OPERATOR for e in WRITES)
    assert all(e.method == "GET" for e in READS)
    assert all(e.idempotent for e in WRITES)


def test_the_gateway_turns_away_who_has_no_token_before_our_code_runs(deployed: None) -> None:
    with Client(app.app, stage_name="test") as client:
        for endpoint in GUARDED:
            body = b"{}" if endpoint.body else b""
            for headers in ({}, {"Authorization": "Bearer nonsense"}):
                sent = {**headers, "Content-Type": "application/json"}
                reply = client.http.request(endpoint.method, path_of(endpoint), sent, body)
                assert reply.status_code in (401, 403), endpoint.path
