"""The policies grant exactly the calls that the functions make while everything is exercised."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib import bootstrap
from chalicelib.aws.clients import client
from tests.integration.product import Product
from tests.integration.test_infra_policies import actions

IMPLIED = {"s3:ListBucket", "sqs:SendMessage"}
"""Not calls of ours: without the first, S3 answers a missing key with 403 instead of 404; the
second is made by Lambda in the function's name when an event is given up."""
KINDS = {
    "Put": "dynamodb:PutItem",
    "Update": "dynamodb:UpdateItem",
    "Delete": "dynamodb:DeleteItem",
    "ConditionCheck": "dynamodb:ConditionCheckItem",
}


def needed(operation: str, service: str, params: dict[str, Any]) -> set[str]:
    """The permissions that one call takes; a transaction takes those of its parts."""
    if operation == "TransactWriteItems":
        return {KINDS[kind] for action in params["TransactItems"] for kind in action}
    return {f"{service}:{operation}"}


@pytest.fixture
def calls(product: Product) -> Iterator[dict[str, set[str]]]:
    """Permissions used, by the function on whose behalf the call was made."""
    used: dict[str, set[str]] = defaultdict(set)
    acting = {"function": "api_handler"}
    inner = product.tick

    def tick(minutes: int = 1) -> Any:
        acting["function"] = "cycle"
        try:
            return inner(minutes)
        finally:
            acting["function"] = "api_handler"

    product.tick = tick  # type: ignore[method-assign]
    hooks = []
    for service in ("dynamodb", "s3"):

        def note(params: dict[str, Any], model: Any, service: str = service, **_: Any) -> None:
            used[acting["function"]] |= needed(model.name, service, params)

        events = client(service).meta.events
        events.register(f"provide-client-params.{service}.*", note)
        hooks.append((events, f"provide-client-params.{service}.*", note))
    yield used
    for events, name, note in hooks:
        events.unregister(name, note)


def test_policies_grant_what_is_used_and_nothing_else(
    product: Product, calls: dict[str, set[str]]
) -> None:
    product.put("/v1/control", state="RUNNING", reason="use everything", version=0)
    product.put("/v1/strategies/momentum", version=1, params={"window": 4})
    product.tick(32)
    bootstrap.runtime.cache_clear()  # a cold start reads its history back
    product.tick()
    newest = product.get("/v1/cycles")["items"][0]["cycle_id"]
    for path in ("state", "trades", "activity", "equity", "strategies", f"cycles/{newest}"):
        product.get(f"/v1/{path}")
    write_off(product)
    for function in ("cycle", "api_handler"):
        assert calls[function] == actions(f"policy-{function}.json") - IMPLIED


def write_off(product: Product) -> None:
    """Reset an account that holds something, which only a stopped product lets happen."""
    while not (held := product.get("/v1/positions")["items"]):
        product.tick()
    who = held[0]["strategy"]
    product.put("/v1/control", state="KILLED", reason="write positions off")
    product.put(f"/v1/accounts/{who}", starting_cash="500", confirm=who, reason="write it off")
