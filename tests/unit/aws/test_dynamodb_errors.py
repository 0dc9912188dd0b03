"""What DynamoDB may answer besides yes, and what the product makes of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import (
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
)
from botocore.stub import ANY, Stubber

from chalicelib.aws import dynamodb
from chalicelib.aws.dynamodb import DynamoTable
from chalicelib.aws.table import Absent, Check, Delete, Equals, Key, Put, Update
from chalicelib.domain.errors import StoreError, StoreUnavailable, TransactionCancelled
from tests.cloud_fixtures import run

ROW = Key("p", "row")
PUT = Put("account momentum", {"pk": "p", "sk": "row"}, Absent("pk"))
CHECK = Check("control", Key("p", "control"), Equals("version", 3))
CLIENT = boto3.client(
    "dynamodb",
    region_name="us-east-1",
    aws_access_key_id="test",
    aws_secret_access_key="test",
    config=Config(retries={"total_max_attempts": 1}),
)

Call = Callable[[DynamoTable], object]
CALLS: dict[str, Call] = {
    "get_item": lambda table: run(table.get(ROW)),
    "query": lambda table: run(table.query("p")),
    "put_item": lambda table: run(table.write(PUT)),
    "update_item": lambda table: run(table.write(Update("u", ROW, set={"a": 1}))),
    "delete_item": lambda table: run(table.write(Delete("d", ROW))),
    "transact_write_items": lambda table: run(table.transact([PUT, CHECK], "token")),
}
THROTTLES = (
    "ThrottlingException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "InternalServerError",
)


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses that the table made, without waiting for them."""
    made: list[float] = []
    monkeypatch.setattr(dynamodb.time, "sleep", made.append)
    return made


@contextmanager
def answering(*codes: str, operation: str) -> Iterator[DynamoTable]:
    """A table whose next calls are answered with these errors, and no further call."""
    with Stubber(CLIENT) as stub:
        for code in codes:
            stub.add_client_error(operation, code, "said DynamoDB")
        yield DynamoTable(CLIENT, "state")
        stub.assert_no_pending_responses()


def cancelled(*reasons: str) -> dict[str, Any]:
    return {
        "service_error_code": "TransactionCanceledException",
        "modeled_fields": {"CancellationReasons": [{"Code": reason} for reason in reasons]},
    }


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize("code", THROTTLES)
def test_throttling_is_unavailable_with_a_hint(operation: str, code: str) -> None:
    with (
        answering(code, operation=operation) as table,
        pytest.raises(StoreUnavailable, match=f"{operation} failed: {code}") as raised,
    ):
        CALLS[operation](table)
    assert raised.value.hint


@pytest.mark.parametrize("operation", CALLS)
def test_a_missing_table_says_how_to_make_it(operation: str) -> None:
    with (
        answering("ResourceNotFoundException", operation=operation) as table,
        pytest.raises(StoreError) as raised,
    ):
        CALLS[operation](table)
    assert not isinstance(raised.value, StoreUnavailable)
    assert "bot deploy" in raised.value.hint


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize("code", ["AccessDeniedException", "ValidationException"])
def test_a_refusal_is_a_store_error_that_quotes_it_and_points_to_doctor(
    operation: str, code: str
) -> None:
    with (
        answering(code, operation=operation) as table,
        pytest.raises(StoreError, match=f"{code}: said DynamoDB") as raised,
    ):
        CALLS[operation](table)
    assert not isinstance(raised.value, StoreUnavailable)
    assert "bot doctor" in raised.value.hint


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize(
    "failure",
    [
        ReadTimeoutError(endpoint_url="https://dynamodb"),
        ConnectTimeoutError(endpoint_url="https://dynamodb"),
        EndpointConnectionError(endpoint_url="https://dynamodb"),
        NoCredentialsError(),
    ],
)
def test_no_answer_is_unavailable_as_the_outcome_is_unknown(
    operation: str, failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise failure

    monkeypatch.setattr(CLIENT, "_make_api_call", fail)
    with pytest.raises(StoreUnavailable, match=f"{operation} on state did not complete") as raised:
        CALLS[operation](DynamoTable(CLIENT, "state"))
    assert "network" in raised.value.hint
    assert raised.value.__cause__ is failure


def test_a_conflict_is_tried_again_with_the_same_token_until_it_works(pauses: list[float]) -> None:
    expected = {"TransactItems": ANY, "ClientRequestToken": "one-token"}
    with Stubber(CLIENT) as stub:
        for _ in range(3):
            stub.add_client_error(
                "transact_write_items",
                expected_params=expected,
                **cancelled("TransactionConflict", "None"),
            )
        stub.add_response("transact_write_items", {}, expected)
        run(DynamoTable(CLIENT, "state").transact([PUT, CHECK], "one-token"))
        stub.assert_no_pending_responses()
    assert pauses == [0.05, 0.1, 0.2]


@pytest.mark.parametrize(
    "answer",
    [
        cancelled("TransactionConflict", "None"),
        {"service_error_code": "TransactionInProgressException"},
    ],
)
def test_a_conflict_that_stays_is_unavailable(answer: dict[str, Any], pauses: list[float]) -> None:
    with Stubber(CLIENT) as stub:
        for _ in range(4):
            stub.add_client_error("transact_write_items", **answer)
        with pytest.raises(StoreUnavailable):
            run(DynamoTable(CLIENT, "state").transact([PUT, CHECK], "token"))
        stub.assert_no_pending_responses()
    assert len(pauses) == 3


@pytest.mark.parametrize("operation", ["put_item", "update_item", "delete_item"])
def test_a_single_write_that_meets_a_transaction_is_tried_again(
    operation: str, pauses: list[float]
) -> None:
    with Stubber(CLIENT) as stub:
        stub.add_client_error(operation, "TransactionConflictException")
        answer = {"Attributes": {"pk": {"S": "p"}}} if operation == "update_item" else {}
        stub.add_response(operation, answer)
        CALLS[operation](DynamoTable(CLIENT, "state"))
        stub.assert_no_pending_responses()
    assert len(pauses) == 1


@pytest.mark.parametrize("operation", ["put_item", "update_item", "delete_item"])
def test_a_single_write_that_only_meets_transactions_is_unavailable(operation: str) -> None:
    with (
        answering(*["TransactionConflictException"] * 4, operation=operation) as table,
        pytest.raises(StoreUnavailable),
    ):
        CALLS[operation](table)


def test_a_false_condition_beats_a_conflict_and_is_not_tried_again(pauses: list[float]) -> None:
    with Stubber(CLIENT) as stub:
        stub.add_client_error(
            "transact_write_items", **cancelled("TransactionConflict", "ConditionalCheckFailed")
        )
        with pytest.raises(TransactionCancelled) as raised:
            run(DynamoTable(CLIENT, "state").transact([PUT, CHECK], "token"))
        stub.assert_no_pending_responses()
    assert raised.value.failed == ("control",)
    assert pauses == []


def test_a_refused_write_without_the_row_in_the_answer_still_names_its_label() -> None:
    with (
        answering("ConditionalCheckFailedException", operation="put_item") as table,
        pytest.raises(TransactionCancelled) as raised,
    ):
        run(table.write(PUT))
    assert (raised.value.failed, raised.value.current) == (("account momentum",), None)


def test_every_read_is_consistent() -> None:
    with Stubber(CLIENT) as stub:
        stub.add_response(
            "get_item", {}, {"TableName": "state", "Key": ANY, "ConsistentRead": True}
        )
        stub.add_response(
            "query",
            {"Items": []},
            {
                "TableName": "state",
                "ConsistentRead": True,
                "ScanIndexForward": True,
                "KeyConditionExpression": "#n0 = :v0",
                "ExpressionAttributeNames": {"#n0": "pk"},
                "ExpressionAttributeValues": {":v0": {"S": "p"}},
            },
        )
        table = DynamoTable(CLIENT, "state")
        assert run(table.get(ROW)) is None
        assert run(table.query("p")).items == []
