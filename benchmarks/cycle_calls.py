"""DynamoDB calls of one cycle, counted where botocore sends them, with few and many strategies."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from moto import mock_aws

from benchmarks.figure import Figure, Size, at_most
from benchmarks.market import BusyVenue, Trader
from chalicelib.aws.dynamodb import DynamoTable
from chalicelib.aws.ledger import TableLedger
from chalicelib.aws.s3 import S3Archive
from chalicelib.domain.control import ControlState
from chalicelib.domain.cycle import ScheduledEvent
from chalicelib.engine.cycle import run_cycle
from chalicelib.engine.runtime import Runtime
from chalicelib.loop import together
from chalicelib.operations.control import WantedControl, change_control
from chalicelib.web.dispatch import complete

START = datetime(2026, 1, 1, tzinfo=UTC)
TABLE, BUCKET, REGION = "bench-state", "bench-archive", "us-east-1"


class _Clock:
    def __init__(self) -> None:
        self.time = START

    def now(self) -> datetime:
        return self.time


class Silent:
    """Telemetry that nobody reads."""

    def count(self, name: str, value: float = 1) -> None:
        """Nothing is reported from a benchmark."""

    def event(self, message: str, **fields: object) -> None:
        """Nothing is reported from a benchmark."""

    def failure(self, message: str, exc: BaseException) -> None:
        """A benchmark that fails stops."""
        raise exc


def measure(_size: Size) -> list[Figure]:
    """The largest number of calls in any of 12 cycles, without and with acknowledgements."""
    figures = []
    for strategies in (1, 15):
        calls, acknowledged, fills = _most_calls(strategies)
        name = f"dynamodb calls a cycle, {strategies} strategies, {fills} fills"
        figures.append(at_most(name, calls, 3, "calls"))
        figures.append(
            at_most(f"outbox acknowledgements, {strategies} strategies", acknowledged, 1, "calls")
        )
    return figures


def _most_calls(strategies: int) -> tuple[int, int, int]:
    with mock_aws():
        client = _tables()
        seen: list[str] = []
        client.meta.events.register(
            "before-call.dynamodb", lambda model, **_: seen.append(model.name)
        )
        table = DynamoTable(client, TABLE)
        wanted = WantedControl(ControlState.RUNNING, "benchmark", "benchmark", 0)
        complete(change_control(table, wanted, START))
        runtime = _runtime(table, strategies)
        worst, acknowledged, most_fills = 0, 0, 0
        for minute in range(1, 13):
            seen.clear()
            at = START + timedelta(minutes=minute)
            runtime.clock.time = at  # type: ignore[attr-defined]
            report = asyncio.run(run_cycle(ScheduledEvent(at, at, "bench"), str(minute), runtime))
            deletes = seen.count("DeleteItem")
            worst = max(worst, len(seen) - deletes)
            acknowledged = max(acknowledged, deletes)
            most_fills = max(most_fills, report.fills)
        return worst, acknowledged, most_fills


def _runtime(table: DynamoTable, strategies: int) -> Runtime:
    registry = {f"trader-{n}": Trader for n in range(strategies)}
    archive = S3Archive(boto3.client("s3", region_name=REGION), BUCKET)
    return Runtime(
        ledger=TableLedger(table),
        archive=archive,
        venues={"bench": BusyVenue(markets=2)},
        clock=_Clock(),
        telemetry=Silent(),
        together=together,
        registry=registry,
    )


def _tables() -> Any:
    boto3.client("s3", region_name=REGION).create_bucket(Bucket=BUCKET)
    client = boto3.client("dynamodb", region_name=REGION)
    client.create_table(
        TableName=TABLE,
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    return client
