"""What every Table promises: the one in memory, DynamoDB as moto plays it, and the emulator's.

moto ignores ClientRequestToken, so what a token promises is shown on the other two.
"""

import uuid
from typing import Any

import pytest

from chalicelib.aws.table import (
    Absent,
    AllOf,
    AnyOf,
    Check,
    Condition,
    Delete,
    Equals,
    Key,
    LessThan,
    Put,
    Table,
    Update,
    Write,
)
from chalicelib.domain.errors import StoreError, TransactionCancelled
from tests.cloud_fixtures import run

EMULATOR = pytest.param("emulator", marks=pytest.mark.loopback)
ROW = Key("p", "row")
RESERVED = ("name", "state", "size", "ttl", "status", "owner", "set", "add", "until", "order")


@pytest.fixture(params=["memory", "moto", EMULATOR])
def table(request: pytest.FixtureRequest) -> Table:
    return request.getfixturevalue(f"{request.param}_table")


@pytest.fixture(params=["memory", EMULATOR])
def table_with_tokens(request: pytest.FixtureRequest) -> Table:
    return request.getfixturevalue(f"{request.param}_table")


def row(sk: str = "row", pk: str = "p", **attributes: Any) -> dict[str, Any]:
    return {"pk": pk, "sk": sk, **attributes}


def fresh() -> str:
    """A token that no transaction of this account has used, in any table."""
    return uuid.uuid4().hex


def put(table: Table, *items: dict[str, Any]) -> None:
    for item in items:
        run(table.write(Put("row", item)))


def names(table: Table, **options: Any) -> list[str]:
    return [item["sk"] for item in run(table.query("p", **options)).items]


def test_get_of_no_row_is_none(table: Table) -> None:
    assert run(table.get(ROW)) is None


def test_put_then_get_gives_the_same_row_with_its_types(table: Table) -> None:
    item = row(text="é✓\n\x00", number=10**30, negative=-3, empty="", list=[1, "a", {"b": [2]}])
    put(table, item)
    assert run(table.get(ROW)) == item
    assert type(run(table.get(ROW))["number"]) is int


def test_put_over_a_row_replaces_all_of_it(table: Table) -> None:
    put(table, row(a=1), row(b=2))
    assert run(table.get(ROW)) == row(b=2)


def test_update_of_no_row_makes_one_and_answers_it(table: Table) -> None:
    made = run(table.write(Update("row", ROW, set={"owner": "a"}, add={"fence": 1})))
    assert made == row(owner="a", fence=1) == run(table.get(ROW))


def test_update_keeps_what_it_does_not_name(table: Table) -> None:
    put(table, row(kept="k", fence=4))
    changed = run(table.write(Update("row", ROW, set={"owner": "b"}, add={"fence": 2})))
    assert changed == row(kept="k", owner="b", fence=6)


def test_delete_removes_and_again_is_no_error(table: Table) -> None:
    put(table, row())
    for _ in range(2):
        assert run(table.write(Delete("row", ROW))) is None
        assert run(table.get(ROW)) is None
    assert names(table) == []


@pytest.mark.parametrize("name", RESERVED)
def test_attributes_with_reserved_names_can_be_set_and_compared(table: Table, name: str) -> None:
    run(table.write(Update("row", ROW, set={name: 1}, condition=Absent(name))))
    run(table.write(Put("row", row(**{name: 2}), Equals(name, 1))))
    run(table.write(Update("row", ROW, set={}, add={name: 3}, condition=LessThan(name, 3))))
    assert run(table.get(ROW)) == row(**{name: 5})


CONDITIONS: list[tuple[Condition, dict[str, Any] | None, bool]] = [
    (Absent("a"), None, True),
    (Absent("a"), {"b": 1}, True),
    (Absent("a"), {"a": 0}, False),
    (Absent("a"), {"a": ""}, False),
    (Absent("pk"), None, True),
    (Absent("pk"), {}, False),
    (Equals("a", 1), None, False),
    (Equals("a", 1), {"b": 1}, False),
    (Equals("a", 1), {"a": 1}, True),
    (Equals("a", 1), {"a": 2}, False),
    (Equals("a", 1), {"a": "1"}, False),
    (Equals("a", "x"), {"a": "x"}, True),
    (Equals("a", ""), {"a": ""}, True),
    (Equals("a", ""), None, False),
    (LessThan("a", 5), None, False),
    (LessThan("a", 5), {"b": 1}, False),
    (LessThan("a", 5), {"a": 4}, True),
    (LessThan("a", 5), {"a": 5}, False),
    (LessThan("a", 5), {"a": -(10**20)}, True),
    (AllOf((Equals("a", 1), Equals("b", 2))), {"a": 1, "b": 2}, True),
    (AllOf((Equals("a", 1), Equals("b", 2))), {"a": 1}, False),
    (AnyOf((Absent("a"), LessThan("a", 5))), None, True),
    (AnyOf((Absent("a"), LessThan("a", 5))), {"a": 3}, True),
    (AnyOf((Absent("a"), LessThan("a", 5))), {"a": 7}, False),
    (AllOf((AnyOf((Absent("a"), Equals("a", 1))), Equals("b", 2))), {"b": 2}, True),
    (AllOf((AnyOf((Absent("a"), Equals("a", 1))), Equals("b", 2))), {"a": 1, "b": 3}, False),
]


@pytest.mark.parametrize(("condition", "stored", "holds"), CONDITIONS)
def test_a_condition_lets_each_kind_of_write_through_only_where_it_holds(
    table: Table, condition: Condition, stored: dict[str, Any] | None, holds: bool
) -> None:
    writes: list[Write] = [
        Put("w", row(new=1), condition),
        Update("w", ROW, set={"new": 1}, condition=condition),
        Delete("w", ROW, condition),
        Check("w", ROW, condition),
    ]
    for write in writes:
        run(table.write(Delete("row", ROW)))
        if stored is not None:
            put(table, row(**stored))
        assert allowed(table, write) is holds
        unchanged = not holds or isinstance(write, Check)
        if unchanged:
            assert run(table.get(ROW)) == (None if stored is None else row(**stored))


def allowed(table: Table, write: Write) -> bool:
    try:
        run(table.transact([write], fresh()))
    except TransactionCancelled:
        return False
    return True


def test_a_refused_write_names_its_label_and_shows_the_row_in_the_way(table: Table) -> None:
    put(table, row(owner="a", fence=3))
    for write in (
        Put("lease", row(), Absent("pk")),
        Update("lease", ROW, set={"owner": "b"}, condition=Equals("owner", "b")),
        Delete("lease", ROW, Equals("owner", "b")),
    ):
        with pytest.raises(TransactionCancelled) as refused:
            run(table.write(write))
        assert refused.value.failed == ("lease",)
        assert refused.value.current == row(owner="a", fence=3)
    assert run(table.get(ROW)) == row(owner="a", fence=3)


def test_a_transaction_makes_all_kinds_of_writes_together(table: Table) -> None:
    put(table, row("gone"), row("guard", version=2), row("count", n=1))
    writes: list[Write] = [
        Check("guard", Key("p", "guard"), Equals("version", 2)),
        Delete("gone", Key("p", "gone")),
        Update("count", Key("p", "count"), set={"seen": "yes"}, add={"n": 1}),
        Put("new", row("new", pk="q"), Absent("pk")),
    ]
    run(table.transact(writes, fresh()))
    assert names(table) == ["count", "guard"]
    assert run(table.get(Key("p", "count"))) == row("count", n=2, seen="yes")
    assert run(table.get(Key("q", "new"))) == row("new", pk="q")


@pytest.mark.parametrize("broken", [0, 1, 3])
def test_a_transaction_with_one_false_condition_changes_nothing_and_names_it(
    table: Table, broken: int
) -> None:
    put(table, row("taken", a=1))
    writes: list[Write] = [Put(f"new {n}", row(f"new-{n}"), Absent("pk")) for n in range(4)]
    writes[broken] = Put("taken", row("taken", a=2), Absent("pk"))
    with pytest.raises(TransactionCancelled) as cancelled:
        run(table.transact(writes, fresh()))
    assert cancelled.value.failed == ("taken",)
    assert run(table.query("p")).items == [row("taken", a=1)]


def test_a_cancelled_transaction_names_every_failed_write_in_order(table: Table) -> None:
    put(table, row("a"), row("c"))
    writes = [Put(name, row(name), Absent("pk")) for name in ("c", "b", "a")]
    with pytest.raises(TransactionCancelled) as cancelled:
        run(table.transact(writes, fresh()))
    assert cancelled.value.failed == ("c", "a")
    assert "c, a changed" in cancelled.value.message


def test_the_same_token_again_changes_nothing(table_with_tokens: Table) -> None:
    writes = [Update("count", ROW, set={}, add={"n": 1})]
    token = fresh()
    for _ in range(3):
        run(table_with_tokens.transact(writes, token))
    assert run(table_with_tokens.get(ROW)) == row(n=1)


def test_the_same_token_is_a_success_even_when_its_conditions_fail_by_now(
    table_with_tokens: Table,
) -> None:
    writes = [Put("row", row(a=1), Absent("pk"))]
    token = fresh()
    run(table_with_tokens.transact(writes, token))
    run(table_with_tokens.transact(writes, token))
    with pytest.raises(TransactionCancelled):
        run(table_with_tokens.transact(writes, fresh()))


def test_one_token_for_two_transactions_is_refused(table_with_tokens: Table) -> None:
    token = fresh()
    run(table_with_tokens.transact([Put("row", row(a=1))], token))
    with pytest.raises((ValueError, StoreError)):
        run(table_with_tokens.transact([Put("row", row(a=2))], token))
    assert run(table_with_tokens.get(ROW)) == row(a=1)


def test_a_transaction_takes_a_hundred_writes_and_not_one_more(table: Table) -> None:
    hundred = [Put("row", row(f"{n:03d}")) for n in range(100)]
    with pytest.raises((ValueError, StoreError)):
        run(table.transact([*hundred, Put("row", row("100"))], fresh()))
    assert names(table) == []
    run(table.transact(hundred, fresh()))
    assert len(names(table)) == 100


def test_two_writes_on_one_row_in_a_transaction_are_refused(table: Table) -> None:
    with pytest.raises((ValueError, StoreError)):
        run(table.transact([Put("a", row(a=1)), Update("b", ROW, set={"b": 1})], fresh()))
    assert run(table.get(ROW)) is None


def test_a_query_answers_one_partition_in_byte_order(table: Table) -> None:
    keys = ["b", "a", "a#2", "a#10", "é", "B", "ﬀ", "😀", "00012", "00002"]
    put(table, *(row(key) for key in keys), row("other", pk="q"))
    expected = sorted(keys, key=str.encode)
    assert names(table) == expected
    assert names(table, newest_first=True) == expected[::-1]


def test_before_keeps_only_what_sorts_below_it(table: Table) -> None:
    put(table, *(row(key) for key in "abcd"))
    assert names(table, before="c") == ["a", "b"]
    assert names(table, before="bb", newest_first=True) == ["b", "a"]
    assert names(table, before="a") == []


@pytest.mark.parametrize(("limit", "found", "more"), [(1, 1, True), (3, 3, True), (4, 4, False)])
def test_a_limit_cuts_the_list_and_says_so(
    table: Table, limit: int, found: int, more: bool
) -> None:
    put(table, *(row(key) for key in "abcd"))
    page = run(table.query("p", newest_first=True, limit=limit))
    assert [item["sk"] for item in page.items] == ["d", "c", "b", "a"][:found]
    assert page.more is more


def test_a_limit_counts_only_what_before_keeps(table: Table) -> None:
    put(table, *(row(key) for key in "abcd"))
    page = run(table.query("p", before="c", newest_first=True, limit=2))
    assert [item["sk"] for item in page.items] == ["b", "a"]
    assert not page.more


def test_a_query_over_a_megabyte_is_followed_to_its_end(table: Table) -> None:
    put(table, *(row(f"{n}", body="x" * 300_000) for n in range(7)))
    assert names(table) == [f"{n}" for n in range(7)]
    page = run(table.query("p", newest_first=True, limit=6))
    assert [item["sk"] for item in page.items] == ["6", "5", "4", "3", "2", "1"]
    assert page.more


def test_a_row_that_was_read_is_not_the_row_that_is_stored(table: Table) -> None:
    put(table, row(a=1))
    read = run(table.get(ROW))
    put(table, row(a=2))
    assert read == row(a=1)
