"""The Table port on DynamoDB."""

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.aws.attributes import from_attribute, to_attribute
from chalicelib.aws.expressions import Expression
from chalicelib.aws.table import Check, Delete, Item, Key, Put, QueryPage, Update, Write
from chalicelib.domain.errors import StoreError, StoreUnavailable, TransactionCancelled

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CONFLICT_ATTEMPTS = 4
CONFLICT_PAUSE_SECONDS = 0.05


class DynamoTable:
    """One table. Calls block: each is one short request, and the cycle has nothing else to do."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self._name = name

    async def get(self, key: Key) -> Item | None:
        """One row, read consistently."""
        answer = self._call(
            "get_item", TableName=self._name, Key=_wire_key(key), ConsistentRead=True
        )
        return _from_wire(answer["Item"]) if "Item" in answer else None

    async def query(
        self,
        pk: str,
        *,
        before: str | None = None,
        newest_first: bool = False,
        limit: int | None = None,
    ) -> QueryPage:
        """Rows of one partition in key order; follows DynamoDB's 1 MB pages to the end."""
        expression = Expression()
        condition = f"{expression.name('pk')} = {expression.value(pk)}"
        if before is not None:
            condition += f" AND {expression.name('sk')} < {expression.value(before)}"
        request: dict[str, Any] = {
            "TableName": self._name,
            "KeyConditionExpression": condition,
            "ConsistentRead": True,
            "ScanIndexForward": not newest_first,
            **expression.attributes(to_attribute),
        }
        return self._pages(request, limit)

    def _pages(self, request: dict[str, Any], limit: int | None) -> QueryPage:
        items: list[Item] = []
        while True:
            if limit is not None:
                request["Limit"] = limit + 1 - len(items)
            answer = self._call("query", **request)
            items.extend(_from_wire(item) for item in answer["Items"])
            last = answer.get("LastEvaluatedKey")
            if last is None or (limit is not None and len(items) > limit):
                break
            request["ExclusiveStartKey"] = last
        if limit is None:
            return QueryPage(items, more=False)
        return QueryPage(items[:limit], more=len(items) > limit)

    async def write(self, write: Write) -> Item | None:
        """One conditional write; an Update answers the row as it is now."""
        operation = {Put: "put_item", Update: "update_item", Delete: "delete_item"}[type(write)]
        request = _action(self._name, write)
        if isinstance(write, Update):
            request["ReturnValues"] = "ALL_NEW"
        request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"
        try:
            answer = self._insist(operation, **request)
        except ClientError as exc:
            if _code(exc) != "ConditionalCheckFailedException":
                raise _translated(exc, operation) from exc
            old: Any = exc.response.get("Item")
            raise TransactionCancelled((write.label,), _from_wire(old) if old else None) from exc
        return _from_wire(answer["Attributes"]) if isinstance(write, Update) else None

    async def transact(self, writes: Sequence[Write], token: str) -> None:
        """All writes or none, under our own idempotency token."""
        actions: list[Any] = [{_KINDS[type(w)]: _action(self._name, w)} for w in writes]
        operation = "transact_write_items"
        try:
            self._insist(operation, TransactItems=actions, ClientRequestToken=token)
        except ClientError as exc:
            failed = _failed_labels(exc, writes)
            if failed:
                raise TransactionCancelled(failed) from exc
            raise _translated(exc, operation) from exc

    def _insist(self, operation: str, **request: Any) -> Any:
        """Write, and try again while a transaction of somebody else holds one of the rows."""
        for attempt in range(CONFLICT_ATTEMPTS - 1):
            try:
                return self._call(operation, **request)
            except ClientError as exc:
                if not _is_conflict(exc):
                    raise
            time.sleep(CONFLICT_PAUSE_SECONDS * 2**attempt)
        return self._call(operation, **request)

    def _call(self, operation: str, **request: Any) -> Any:
        try:
            return getattr(self._client, operation)(**request)
        except BotoCoreError as exc:
            raise StoreUnavailable(
                f"DynamoDB {operation} on {self._name} did not complete: {exc}",
                "Check the network and the credentials.",
            ) from exc
        except ClientError as exc:
            if operation in ("get_item", "query"):
                raise _translated(exc, operation) from exc
            raise


_KINDS = {Put: "Put", Update: "Update", Delete: "Delete", Check: "ConditionCheck"}


def _action(table: str, write: Write) -> dict[str, Any]:
    """One write as DynamoDB wants it, alone or inside a transaction."""
    expression = Expression()
    action: dict[str, Any] = {"TableName": table}
    if isinstance(write, Put):
        action["Item"] = {k: to_attribute(v) for k, v in write.item.items()}
    else:
        action["Key"] = _wire_key(write.key)
    if isinstance(write, Update):
        action["UpdateExpression"] = expression.update(write.set, write.add)
    if write.condition is not None:
        action["ConditionExpression"] = expression.condition(write.condition)
    action.update(expression.attributes(to_attribute))
    return action


def _wire_key(key: Key) -> dict[str, Any]:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def _from_wire(item: Mapping[str, Any]) -> Item:
    return {name: from_attribute(value) for name, value in item.items()}


def _code(exc: ClientError) -> str:
    return str(exc.response.get("Error", {}).get("Code", ""))


def _reasons(exc: ClientError) -> list[str]:
    reasons: Any = exc.response.get("CancellationReasons", [])
    return [reason.get("Code", "None") for reason in reasons]


def _failed_labels(exc: ClientError, writes: Sequence[Write]) -> tuple[str, ...]:
    return tuple(
        write.label
        for write, reason in zip(writes, _reasons(exc), strict=False)
        if reason == "ConditionalCheckFailed"
    )


_CONFLICTS = {"TransactionConflictException", "TransactionInProgressException"}


def _is_conflict(exc: ClientError) -> bool:
    reasons = _reasons(exc)
    if "ConditionalCheckFailed" in reasons:
        return False  # trying again cannot make it true
    return "TransactionConflict" in reasons or _code(exc) in _CONFLICTS


_TRANSIENT = {
    "InternalServerError",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ServiceUnavailable",
    "ThrottlingException",
    "TransactionCanceledException",
    *_CONFLICTS,
}


def _translated(exc: ClientError, operation: str) -> StoreError:
    code = _code(exc)
    message = f"DynamoDB {operation} failed: {code}"
    if code in _TRANSIENT:
        return StoreUnavailable(message, "It is throttled or busy; the next cycle tries again.")
    if code == "ResourceNotFoundException":
        return StoreError(message, "The table does not exist: run `bot up` or `bot deploy`.")
    detail = exc.response.get("Error", {}).get("Message", "")
    return StoreError(f"{message}: {detail}", "Check the function's policy with `bot doctor`.")
