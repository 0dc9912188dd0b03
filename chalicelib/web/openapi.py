"""The contract as an OpenAPI 3.1 document. Pure."""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from chalicelib.web import wire
from chalicelib.web.contract import ENDPOINTS, Endpoint, Role

VERSION = "0.1.0"
TEXTS = {
    400: "The request cannot be acted on",
    401: "No usable token",
    403: "The token's role is too small",
    404: "There is no such thing",
    409: "The row has moved on; `current` is what it is now",
    413: "The body is too large",
    415: "The body is not JSON",
    503: "The store could not be reached",
}


def openapi() -> dict[str, Any]:
    """The whole document, the same on every run."""
    models = _models()
    refs, schemas = models_json_schema(
        [(model, "serialization") for model in models],
        by_alias=True,
        ref_template="#/components/schemas/{model}",
    )
    named = {model: refs[model, "serialization"] for model in models}
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in ENDPOINTS:
        operation = _operation(endpoint, named)
        paths.setdefault(f"/api{endpoint.path}", {})[endpoint.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "Market Strategy Tester", "version": VERSION},
        "paths": paths,
        "components": {
            "schemas": dict(sorted(schemas["$defs"].items())),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _models() -> list[type[BaseModel]]:
    found: list[type[BaseModel]] = [wire.ErrorAnswer]
    for endpoint in ENDPOINTS:
        found.extend(m for m in (endpoint.response, endpoint.body) if m is not None)
    return list(dict.fromkeys(found))


def _operation(endpoint: Endpoint, named: dict[type[BaseModel], Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": endpoint.view,
        "summary": endpoint.summary,
        "parameters": _parameters(endpoint),
        "responses": _responses(endpoint, named),
        "x-role": endpoint.role.name.lower(),
    }
    if endpoint.role is not Role.PUBLIC:
        operation["security"] = [{"token": []}]
    if endpoint.body is not None:
        operation["requestBody"] = {"required": True, "content": _json(named[endpoint.body])}
    return operation


def _responses(endpoint: Endpoint, named: dict[type[BaseModel], Any]) -> dict[str, Any]:
    error = _json(named[wire.ErrorAnswer])
    good = {"description": endpoint.summary, "content": _json(named[endpoint.response])}
    failures = {str(s): {"description": TEXTS[s], "content": error} for s in endpoint.errors}
    unchanged: dict[str, Any] = {}
    if endpoint.response is wire.State:
        unchanged["304"] = {"description": "Nothing has changed since this ETag"}
    return {"200": good, **unchanged, **failures}


def _parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    found = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in endpoint.parameters
    ]
    if endpoint.query is not None:
        schema = endpoint.query.model_json_schema()
        for name, detail in schema["properties"].items():
            found.append({"name": name, "in": "query", "required": False, "schema": detail})
    if endpoint.idempotent:
        text = {"type": "string", "minLength": 1, "maxLength": 100}
        found.append({"name": "Idempotency-Key", "in": "header", "required": False, "schema": text})
    return found


def _json(schema: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
