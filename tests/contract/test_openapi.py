"""The committed OpenAPI document: whole, consistent, and the same as the contract."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from chalicelib.web.contract import ENDPOINTS, Endpoint, Role
from tools.openapi import PATH, text

DOCUMENT = json.loads(PATH.read_text())
every = pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda e: e.view)


def operation(endpoint: Endpoint) -> dict[str, Any]:
    found: dict[str, Any] = DOCUMENT["paths"][f"/api{endpoint.path}"][endpoint.method.lower()]
    return found


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in the document."""
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from nodes(part)
    if isinstance(value, list):
        for part in value:
            yield from nodes(part)


def test_the_committed_document_is_the_one_that_the_contract_makes() -> None:
    assert PATH.read_text() == text(), "run `make openapi` and commit docs/openapi.json"


def test_the_document_has_every_endpoint_and_no_other() -> None:
    documented = {
        (method.upper(), path) for path, methods in DOCUMENT["paths"].items() for method in methods
    }
    assert documented == {(e.method, f"/api{e.path}") for e in ENDPOINTS}
    assert DOCUMENT["openapi"].startswith("3.1")


def test_every_reference_leads_somewhere() -> None:
    references = [node["$ref"] for node in nodes(DOCUMENT) if isinstance(node.get("$ref"), str)]
    assert references
    for reference in references:
        place: Any = DOCUMENT
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]


def test_every_schema_is_a_json_schema() -> None:
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


@every
def test_an_operation_says_who_may_call_it_and_what_it_takes(endpoint: Endpoint) -> None:
    found = operation(endpoint)
    assert found["operationId"] == endpoint.view
    assert found["summary"] == endpoint.summary
    assert ("security" in found) is (endpoint.role is not Role.PUBLIC)
    assert ("requestBody" in found) is (endpoint.body is not None)
    named = {(p["in"], p["name"]) for p in found["parameters"]}
    query = set(endpoint.query.model_fields) if endpoint.query else set()
    assert {name for where, name in named if where == "query"} == query
    assert {name for where, name in named if where == "path"} == set(endpoint.parameters)
    assert (("header", "Idempotency-Key") in named) is endpoint.idempotent


@every
def test_an_operation_announces_its_success_and_its_errors_in_one_shape(endpoint: Endpoint) -> None:
    responses = operation(endpoint)["responses"]
    assert {"200", *map(str, endpoint.errors)} <= set(responses)
    for status in endpoint.errors:
        schema = responses[str(status)]["content"]["application/json"]["schema"]
        assert schema == {"$ref": "#/components/schemas/ErrorAnswer"}


def test_request_bodies_take_no_unknown_field() -> None:
    for endpoint in ENDPOINTS:
        if endpoint.body is not None:
            schema = DOCUMENT["components"]["schemas"][endpoint.body.__name__]
            assert schema["additionalProperties"] is False
