"""The writes that book a decision: which guards they hold, and that they always fit."""

from collections import Counter
from dataclasses import replace

import pytest

from chalicelib.aws import rows
from chalicelib.aws.commit import Chunk, commit_chunks
from chalicelib.aws.table import (
    MAX_WRITES,
    Absent,
    AllOf,
    AnyOf,
    Check,
    Equals,
    LessThan,
    Put,
    Update,
    Write,
)
from chalicelib.domain.activity import activity_of
from chalicelib.domain.cycle import Decision
from chalicelib.ports import WorkingSet
from tests.builders import CYCLE, control
from tests.unit.aws.samples import account, idle, lease, report, settlement, trading, working


def chunks(decision: Decision, before: WorkingSet | None = None, fence: int = 7) -> list[Chunk]:
    done = report(decision)
    return list(
        commit_chunks(
            lease(fence=fence), before or working(), decision, done, activity_of(decision, done)
        )
    )


def labelled(chunk: Chunk) -> dict[str, list[Write]]:
    found: dict[str, list[Write]] = {}
    for write in chunk.writes:
        found.setdefault(write.label, []).append(write)
    return found


def many(count: int, fills: int) -> Decision:
    return trading(*(f"strategy-{n:02d}" for n in range(count)), fills=fills)


def test_a_cycle_that_trades_is_one_transaction_with_every_guard() -> None:
    (chunk,) = chunks(trading("momentum", "pairs", fills=2))
    found = labelled(chunk)
    assert Counter(write.label for write in chunk.writes) == Counter(
        ["lease", "control", "outbox", "summary", "activity", "account momentum", "account pairs"]
        + ["trade"] * 4
    )
    (mark,) = found["lease"]
    assert isinstance(mark, Update)
    assert mark.condition == AllOf(
        (Equals("fence", 7), AnyOf((Absent("last_cycle"), LessThan("last_cycle", CYCLE))))
    )
    (switch,) = found["control"]
    assert switch == Check(
        "control",
        rows.CONTROL_KEY,
        AllOf((Equals("version", 1), Equals("state", "RUNNING"), Equals("schema", 1))),
    )
    assert all(trade.condition == Absent("pk") for trade in found["trade"])
    assert found["summary"][0].condition == Absent("pk")
    assert found["outbox"][0].condition == Absent("pk")


def test_the_last_chunk_marks_the_cycle_done_and_frees_the_lease() -> None:
    (chunk,) = chunks(trading("momentum"))
    (mark,) = labelled(chunk)["lease"]
    assert isinstance(mark, Update)
    assert mark.set["last_cycle"] == CYCLE
    assert mark.set["until"] == 0
    assert mark.set["record_key"] == f"records/cycle={CYCLE}.json.gz"


def test_a_settlement_needs_the_operators_permission_as_a_fill_does() -> None:
    paid = Decision({"momentum": account("momentum")}, settlements=(settlement("momentum"),))
    (chunk,) = chunks(paid)
    assert {"control", "outbox", "trade"} <= set(labelled(chunk))


def test_a_cycle_that_trades_nothing_does_not_depend_on_the_control() -> None:
    (chunk,) = chunks(idle("momentum"))
    assert [write.label for write in chunk.writes] == ["lease", "account momentum", "summary"]
    assert chunk.outbox is None


def test_an_account_that_did_not_change_is_not_written() -> None:
    before = account("momentum", version=3, last_cycle=CYCLE - 1)
    (chunk,) = chunks(Decision({"momentum": before}), working(before))
    assert [write.label for write in chunk.writes] == ["lease", "summary"]


@pytest.mark.parametrize(
    ("version", "guard"), [(0, Absent("pk")), (1, Equals("version", 1)), (8, Equals("version", 8))]
)
def test_an_account_is_written_over_exactly_the_version_that_was_read(
    version: int, guard: object
) -> None:
    (chunk,) = chunks(trading("momentum", version=version))
    (written,) = labelled(chunk)["account momentum"]
    assert isinstance(written, Put)
    assert written.condition == guard
    assert written.item["version"] == version + 1
    assert written.item["last_cycle"] == CYCLE


@pytest.mark.parametrize(("strategies", "fills"), [(3, 20), (20, 4), (50, 3), (94, 0), (120, 1)])
def test_every_transaction_fits_however_much_is_booked(strategies: int, fills: int) -> None:
    made = chunks(many(strategies, fills))
    assert all(len(chunk.writes) <= MAX_WRITES for chunk in made)
    for chunk in made:
        keys = [write.key for write in chunk.writes]
        assert len(keys) == len(set(keys))
    booked = [write.label for chunk in made for write in chunk.writes]
    assert booked.count("trade") == strategies * fills
    assert len([label for label in booked if label.startswith("account")]) == strategies


def test_chunks_hold_whole_accounts_and_only_the_last_ends_the_cycle() -> None:
    made = chunks(many(30, 6))
    assert len(made) > 2
    for number, chunk in enumerate(made):
        found = labelled(chunk)
        last = number == len(made) - 1
        assert isinstance(found["lease"][0], Update if last else Check)
        assert ("summary" in found) is last
        assert len(found["control"]) == 1
        accounts = {label.partition(" ")[2] for label in found if label.startswith("account")}
        assert chunk.outbox is not None
        assert {fill.strategy for fill in chunk.outbox.fills} == accounts
        assert len(found["trade"]) == 6 * len(accounts)


def test_a_chunk_in_the_middle_is_fenced_and_refused_once_the_cycle_is_done() -> None:
    first, *_ = chunks(many(30, 6))
    (check,) = labelled(first)["lease"]
    assert isinstance(check, Check)
    assert check.condition == AllOf(
        (Equals("fence", 7), AnyOf((Absent("last_cycle"), LessThan("last_cycle", CYCLE))))
    )


def test_each_chunk_has_its_own_token_and_the_same_one_again() -> None:
    decision = many(30, 6)
    tokens = [chunk.token for chunk in chunks(decision)]
    assert len(set(tokens)) == len(tokens)
    assert tokens == [chunk.token for chunk in chunks(decision)]
    assert all(len(token) == 36 for token in tokens)


def test_another_lease_or_another_content_has_another_token() -> None:
    decision = trading("momentum")
    (once,) = chunks(decision)
    (fenced,) = chunks(decision, fence=8)
    (other,) = chunks(trading("momentum", fills=2))
    (switched,) = chunks(decision, working(control=control(version=2)))
    assert len({once.token, fenced.token, other.token, switched.token}) == 4


def test_chunks_after_a_part_was_booked_leave_its_outbox_rows_alone() -> None:
    """A second attempt at a cycle must not overwrite what the first left to be published."""
    decision = many(30, 6)
    first, *_ = chunks(decision)
    booked = {
        name: replace(one, version=1, last_cycle=CYCLE)
        for name, one in decision.accounts.items()
        if f"account {name}" in labelled(first)
    }
    rest = Decision(
        {**decision.accounts, **booked},
        tuple(fill for fill in decision.fills if fill.strategy not in booked),
    )
    again = chunks(rest, working(*booked.values()))
    assert first.outbox is not None
    taken = (first.outbox.cycle_id, first.outbox.chunk)
    entries = [chunk.outbox for chunk in again if chunk.outbox is not None]
    assert entries
    assert taken not in [(entry.cycle_id, entry.chunk) for entry in entries]


def test_a_summary_without_the_time_of_its_commit_is_a_mistake() -> None:
    decision = trading("momentum")
    unfinished = replace(report(decision), committed_at=None)
    with pytest.raises(ValueError, match="time of its commit"):
        list(commit_chunks(lease(), working(), decision, unfinished, []))
