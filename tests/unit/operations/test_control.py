"""The operator's switch: easy to stop, careful to start, and every change on record."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.simulator.memory import Change, MemoryTable
from chalicelib.aws import rows
from chalicelib.aws.table import Item, Key, Put, Table, Write
from chalicelib.domain.control import Control, ControlState
from chalicelib.domain.errors import ConflictError, InputError, StoreUnavailable
from chalicelib.operations.control import WantedControl, change_control, read_control
from tests.builders import NOW, control
from tests.cloud_fixtures import run

RUNNING, PAUSED, KILLED = ControlState.RUNNING, ControlState.PAUSED, ControlState.KILLED
KILL = WantedControl(KILLED, "prices look wrong", "ann (1234)")
RESUME = WantedControl(RUNNING, "looks fine again", "ann (1234)", version=0)


@pytest.fixture(params=["memory", "moto", pytest.param("emulator", marks=pytest.mark.loopback)])
def table(request: pytest.FixtureRequest) -> Table:
    return request.getfixturevalue(f"{request.param}_table")


def store(table: Table, switch: Control | None, **damage: Any) -> None:
    if switch is not None:
        run(table.write(Put("control", {**rows.control_item(switch), **damage})))


def change(table: Table, wanted: WantedControl, after: int = 0) -> Control:
    return run(change_control(table, wanted, NOW + timedelta(seconds=after)))


def audit(table: Table) -> list[Item]:
    return run(table.query(f"AUDIT#{NOW:%Y%m}")).items


def activity(table: Table) -> list[str]:
    page = run(table.query(f"ACTIVITY#{rows.day_of(NOW)}"))
    return [entry["text"] for item in page.items for entry in item["entries"]]


DAMAGE: dict[str, dict[str, Any]] = {
    "sound": {},
    "state unknown": {"state": "WALKING"},
    "version text": {"version": "x"},
    "version a fraction": {"version": Decimal("1.5")},
    "version null": {"version": None},
    "version a list": {"version": [1]},
    "version true": {"version": True},
    "version negative": {"version": -4},
    "schema of tomorrow": {"schema": 2},
    "reason a number": {"reason": 1},
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
@pytest.mark.parametrize("state", ControlState)
def test_kill_without_a_version_works_from_any_state_and_any_damage(
    table: Table, state: ControlState, damage: dict[str, Any]
) -> None:
    store(table, control(state, version=6), **damage)
    killed = change(table, KILL)
    assert (killed.state, killed.reason, killed.actor) == (KILLED, KILL.reason, KILL.actor)
    assert killed.version >= 1
    assert run(read_control(table)) == killed


def test_kill_works_on_an_empty_table(table: Table) -> None:
    assert change(table, KILL) == Control(KILLED, 1, KILL.reason, KILL.actor, NOW)


def test_kill_works_on_a_row_that_lost_its_version(table: Table) -> None:
    item = rows.control_item(control(version=6))
    del item["version"]
    run(table.write(Put("control", item)))
    assert change(table, KILL).state is KILLED


def test_a_version_is_never_used_twice_even_over_a_damaged_row(table: Table) -> None:
    store(table, control(version=6), state="WALKING")
    assert change(table, KILL).version == 7


def test_resume_without_a_version_is_refused(table: Table) -> None:
    store(table, control(KILLED))
    with pytest.raises(InputError, match="which version"):
        change(table, replace(RESUME, version=None))
    assert run(read_control(table)).state is KILLED


@pytest.mark.parametrize("damage", [{"state": "WALKING"}, {"version": "x"}, {"schema": 9}])
def test_resume_over_a_damaged_row_takes_version_zero_as_it_reads(
    table: Table, damage: dict[str, Any]
) -> None:
    store(table, control(version=6), **damage)
    with pytest.raises(ConflictError):
        change(table, replace(RESUME, version=6))
    assert change(table, RESUME).state is RUNNING


def test_the_first_start_takes_version_zero(table: Table) -> None:
    assert change(table, RESUME) == Control(RUNNING, 1, RESUME.reason, RESUME.actor, NOW)


@pytest.mark.parametrize("wanted", ControlState)
@pytest.mark.parametrize("sent", [0, 3, 5])
def test_a_stale_version_is_a_conflict_that_shows_the_current_row(
    table: Table, wanted: ControlState, sent: int
) -> None:
    store(table, control(PAUSED, version=4))
    with pytest.raises(ConflictError, match=f"version 4 .PAUSED., you sent {sent}") as raised:
        change(table, replace(RESUME, state=wanted, version=sent))
    assert raised.value.current == control(PAUSED, version=4)
    assert run(read_control(table)) == control(PAUSED, version=4)
    assert audit(table) == []


def test_every_change_is_audited_and_told_with_what_was_before(table: Table) -> None:
    change(table, RESUME)
    change(table, replace(KILL, actor="bob (9)"), after=1)
    assert [(row["actor"], row["change"], row["kind"]) for row in audit(table)] == [
        ("ann (1234)", "KILLED -> RUNNING (version 1): looks fine again", "control"),
        ("bob (9)", "RUNNING -> KILLED (version 2): prices look wrong", "control"),
    ]
    assert all("ttl" not in row for row in audit(table))
    assert activity(table) == [f"{row['actor']}: {row['change']}" for row in audit(table)]


def test_the_change_the_audit_row_and_the_activity_are_one_transaction() -> None:
    seen: list[set[str]] = []

    def watch(changes: Sequence[Change]) -> None:
        seen.append({change.key.pk.partition("#")[0] for change in changes})

    change(MemoryTable(watch), replace(KILL, idempotency_key="k"))
    assert seen == [{"SHARD", "AUDIT", "ACTIVITY", "IDEMPOTENCY"}]


def test_the_same_key_and_request_gives_the_first_answer_and_writes_once(table: Table) -> None:
    first = change(table, replace(RESUME, idempotency_key="k"))
    change(table, KILL, after=1)
    again = change(table, replace(RESUME, idempotency_key="k"), after=2)
    assert again == first
    assert run(read_control(table)).state is KILLED
    assert len(audit(table)) == 2


@pytest.mark.parametrize(
    "other",
    [
        replace(RESUME, version=1),
        replace(RESUME, reason="another reason"),
        replace(RESUME, state=PAUSED),
    ],
)
def test_the_same_key_with_another_request_is_a_conflict(
    table: Table, other: WantedControl
) -> None:
    change(table, replace(RESUME, idempotency_key="k"))
    with pytest.raises(ConflictError, match="used for another request"):
        change(table, replace(other, idempotency_key="k"))
    assert len(audit(table)) == 1


def test_a_key_belongs_to_its_bearer(table: Table) -> None:
    change(table, replace(RESUME, idempotency_key="k"))
    killed = change(table, replace(KILL, actor="bob (9)", idempotency_key="k"), after=1)
    assert killed.state is KILLED


def test_two_changes_without_a_key_are_two_changes(table: Table) -> None:
    assert [change(table, KILL, after=n).version for n in range(2)] == [1, 2]
    assert len(audit(table)) == 2


class Meddled(MemoryTable):
    """A table on which something happens just before a transaction."""

    def __init__(self, *meddling: Callable[["Meddled"], None]) -> None:
        super().__init__()
        self.meddling = list(meddling)

    async def transact(self, writes: Sequence[Write], token: str) -> None:
        """Meddle, then write."""
        if self.meddling:
            self.meddling.pop(0)(self)
        await super().transact(writes, token)


def killed_by_bob(table: Meddled) -> None:
    change(table, replace(KILL, actor="bob (9)"))


def test_a_kill_during_a_resume_wins() -> None:
    table = Meddled()
    store(table, control(PAUSED, version=4))
    table.meddling = [killed_by_bob]
    with pytest.raises(ConflictError) as raised:
        change(table, replace(RESUME, version=4))
    assert raised.value.current == run(read_control(table))
    assert run(read_control(table)).state is KILLED


def test_a_resume_during_a_kill_does_not_undo_it() -> None:
    table = Meddled()
    store(table, control(PAUSED, version=4))
    table.meddling = [lambda it: store(it, control(RUNNING, version=5))]
    assert change(table, KILL).version == 6
    assert run(read_control(table)).state is KILLED


def test_a_resume_of_a_damaged_row_does_not_undo_a_kill_that_came_between() -> None:
    table = Meddled()
    store(table, control(version=6), version=Decimal("1.5"))
    table.meddling = [killed_by_bob]
    with pytest.raises(ConflictError):
        change(table, RESUME)
    assert run(read_control(table)).state is KILLED


def test_the_same_request_at_the_same_time_is_answered_like_the_first() -> None:
    table = Meddled(lambda it: first.append(change(it, replace(KILL, idempotency_key="k"))))
    first: list[Control] = []
    assert change(table, replace(KILL, idempotency_key="k"), after=1) == first[0]
    assert len(audit(table)) == 1


def test_a_switch_that_never_stands_still_is_reported() -> None:
    def move(table: Meddled) -> None:
        version = run(read_control(table)).version
        store(table, control(version=version + 1))

    table = Meddled(*[move] * 9)
    with pytest.raises(StoreUnavailable, match="kept changing"):
        change(table, KILL)


def test_a_kill_whose_answer_was_lost_can_be_sent_again_with_its_key() -> None:
    class Lossy(MemoryTable):
        lost = False

        async def transact(self, writes: Sequence[Write], token: str) -> None:
            await super().transact(writes, token)
            if not self.lost:
                self.lost = True
                raise StoreUnavailable("the answer was lost")

    table = Lossy()
    with pytest.raises(StoreUnavailable):
        change(table, replace(KILL, idempotency_key="k"))
    assert change(table, replace(KILL, idempotency_key="k"), after=5).changed_at == NOW
    assert len(audit(table)) == 1


def test_what_is_remembered_of_a_key_expires_after_a_day(table: Table) -> None:
    change(table, replace(KILL, idempotency_key="k"))
    item = run(table.get(Key("IDEMPOTENCY", "ann (1234)#k")))
    assert item is not None
    assert item["ttl"] == rows.epoch(NOW) + 86_400
    assert KILL.reason not in item["request"]


def test_pausing_what_is_killed_needs_the_version_that_was_seen(table: MemoryTable) -> None:
    store(table, control(KILLED, version=4))
    wanted = WantedControl(PAUSED, "let exits go on", "ann")
    with pytest.raises(InputError, match="KILLED"):
        run(change_control(table, wanted, NOW))
    assert run(change_control(table, replace(wanted, version=4), NOW)).state is PAUSED
