"""What ministack lacks for `chalice deploy` and for stages other than local.

For the rehearsal only: the product's own local cloud goes through CloudFormation.
"""

import json

from ministack.core import iam_evaluator
from ministack.services import apigateway_v1 as gateway


def install() -> None:
    """Add all of it."""
    _count_loopback_as_encrypted()
    _add_import_of_apis()


def _count_loopback_as_encrypted() -> None:
    """Bucket policies refuse plain connections; the emulator has no others."""
    stock = iam_evaluator._resolve_condition_key

    def resolve(key, context):
        return "true" if key.lower() == "aws:securetransport" else stock(key, context)

    iam_evaluator._resolve_condition_key = resolve


def _add_import_of_apis() -> None:
    """ImportRestApi and PutRestApi, which carry a whole API in one Swagger document."""
    stock = gateway.handle_request

    async def handle(method, path, headers, body, query):
        parts = [part for part in path.split("/") if part]
        if parts[:1] == ["restapis"] and method == "POST" and len(parts) == 1 and "mode" in query:
            return _answer(gateway._import_rest_api(_spec(body), _base(body)), 201)
        if parts[:1] == ["restapis"] and method == "PUT" and len(parts) == 2:
            return _overwrite(parts[1], body)
        return await stock(method, path, headers, body, query)

    gateway.handle_request = handle


def _spec(body):
    return json.loads(body)


def _base(body):
    types = _spec(body).get("x-amazon-apigateway-binary-media-types", [])
    return {"binaryMediaTypes": types}


def _answer(api_id, status):
    return gateway._v1_response(gateway._rest_api_view(gateway._rest_apis.get(api_id)), status)


def _overwrite(api_id, body):
    """Import beside the old API, then let its tree take the place of the old one's."""
    if api_id not in gateway._rest_apis:
        return gateway._v1_error("NotFoundException", "Invalid API identifier specified", 404)
    fresh = gateway._import_rest_api(_spec(body), _base(body))
    for store in (gateway._resources, gateway._authorizers_v1, gateway._gateway_responses):
        store.pop(api_id, None)
        if fresh in store:
            store[api_id] = store.pop(fresh)
    gateway._rest_apis[api_id]["name"] = gateway._rest_apis.pop(fresh)["name"]
    return _answer(api_id, 200)
