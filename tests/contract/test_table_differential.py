"""Any sequence of writes has the same results and the same rows in memory and in DynamoDB.

The simulator proves the commit protocol on the table in memory: here is why that proof counts.
"""

import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.simulator.memory import MemoryTable
from chalicelib.aws.dynamodb import DynamoTable
from chalicelib.aws.table import (
    Absent,
    AllOf,
    AnyOf,
    Check,
    Delete,
    Equals,
    Key,
    LessThan,
    Put,
    Table,
    Update,
    Write,
)
from chalicelib.domain.errors import TransactionCancelled
from tests.cloud_fixtures import make_table, moto_client, run

KEYS = st.builds(Key, st.sampled_from("pq"), st.sampled_from("abc"))
VALUES = st.integers(0, 3) | st.sampled_from(["", "x", "1"])
ATTRIBUTES = st.dictionaries(st.sampled_from(["version", "owner", "ttl"]), VALUES, max_size=3)
ATTRIBUTE = st.sampled_from(["version", "owner", "ttl", "pk"])
SIMPLE = (
    st.builds(Absent, ATTRIBUTE)
    | st.builds(Equals, ATTRIBUTE, VALUES)
    | st.builds(LessThan, st.just("count"), st.integers(0, 4))
)
CLAUSES = st.lists(SIMPLE, min_size=1, max_size=3).map(tuple)
CHECKS = SIMPLE | st.builds(AllOf, CLAUSES) | st.builds(AnyOf, CLAUSES)
MAYBE = st.none() | CHECKS
WRITES = st.one_of(
    st.builds(
        lambda key, attributes, condition: Put(
            f"put {key.pk}{key.sk}", {"pk": key.pk, "sk": key.sk, **attributes}, condition
        ),
        KEYS,
        ATTRIBUTES,
        MAYBE,
    ),
    st.builds(
        lambda key, attributes, by, condition: Update(
            f"update {key.pk}{key.sk}", key, attributes, {"count": by}, condition
        ),
        KEYS,
        ATTRIBUTES,
        st.integers(-2, 3),
        MAYBE,
    ),
    st.builds(
        lambda key, condition: Delete(f"delete {key.pk}{key.sk}", key, condition), KEYS, MAYBE
    ),
)
PLAIN_CHECKS = st.builds(
    lambda key, condition: Check(f"check {key.pk}{key.sk}", key, condition), KEYS, CHECKS
)
TRANSACTIONS = st.lists(
    WRITES | PLAIN_CHECKS, min_size=1, max_size=4, unique_by=lambda write: write.key
)
STEPS = st.lists(WRITES | TRANSACTIONS, min_size=1, max_size=10)


def outcome(table: Table, step: Write | list[Write]) -> object:
    """What a step answers, or which writes it says were refused and by which row."""
    try:
        if isinstance(step, list):
            return run(table.transact(step, uuid.uuid4().hex))
        return run(table.write(step))
    except TransactionCancelled as lost:
        return lost.failed, lost.current


def rows_of(table: Table) -> list[dict[str, Any]]:
    return [item for pk in "pq" for item in run(table.query(pk)).items]


def assert_same(table: Table, steps: list[Write | list[Write]]) -> None:
    memory = MemoryTable()
    for step in steps:
        assert outcome(memory, step) == outcome(table, step), step
        assert rows_of(memory) == rows_of(table)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS)
def test_any_sequence_is_judged_the_same_in_memory_and_by_moto(
    moto: None, steps: list[Write | list[Write]]
) -> None:
    client = moto_client("dynamodb")
    table = DynamoTable(client, make_table(client, "differential"))
    try:
        assert_same(table, steps)
    finally:
        client.delete_table(TableName="differential")


@pytest.mark.loopback
@settings(max_examples=25, deadline=None, phases=[Phase.generate])
@given(STEPS)
def test_any_sequence_is_judged_the_same_in_memory_and_by_the_emulator(
    emulator_dynamodb: Any, steps: list[Write | list[Write]]
) -> None:
    table = DynamoTable(emulator_dynamodb, make_table(emulator_dynamodb, "differential"))
    try:
        assert_same(table, steps)
    finally:
        emulator_dynamodb.delete_table(TableName="differential")
