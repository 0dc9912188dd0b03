"""Change the operator's switch. To stop needs fewer hurdles than to start."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from chalicelib.aws import rows
from chalicelib.aws.table import Absent, Condition, Equals, Item, Put, Table
from chalicelib.codec import Codec
from chalicelib.domain.control import Control, ControlState
from chalicelib.domain.errors import (
    ConflictError,
    InputError,
    StoreUnavailable,
    TransactionCancelled,
)
from chalicelib.operations.audit import audit_writes
from chalicelib.operations.configuration import Names, put_config, switched
from chalicelib.operations.idempotency import earlier_answer, remember_answer
from chalicelib.strategies import discover

CONTROL = Codec[Control](Control, "control")
ATTEMPTS = 5
RESUMED_DISABLED = "every strategy stays disabled until an operator enables it"


@dataclass(frozen=True, slots=True)
class WantedControl:
    """The state an operator asks for. ``version`` None means: whatever it is now."""

    state: ControlState
    reason: str
    actor: str
    version: int | None = None
    idempotency_key: str | None = None

    @property
    def request(self) -> str:
        """What makes two requests the same."""
        return f"control|{self.state}|{self.reason}|{self.version}"


async def read_control(table: Table) -> Control:
    """The switch as it is now; KILLED with version 0 when it cannot be read."""
    return rows.control_from(await table.get(rows.CONTROL_KEY))


async def change_control(
    table: Table, wanted: WantedControl, now: datetime, names: Names = discover
) -> Control:
    """Set the switch and write the audit row, together or not at all.

    Leaving a kill or a flatten disables the strategies that there are by ``names``.
    Raises ConflictError with the current control when ``version`` is not the current one.
    """
    if wanted.version is None and wanted.state is ControlState.RUNNING:
        raise InputError(
            "to resume, say which version of the control you saw", "Read the control first."
        )
    for _ in range(ATTEMPTS):
        answered = await earlier_answer(table, wanted.actor, wanted.idempotency_key, wanted.request)
        if answered is not None:
            return CONTROL.decode(answered)
        item = await table.get(rows.CONTROL_KEY)
        before = rows.control_from(item)
        _require_version(wanted, before)
        changed = _changed(wanted, item, before, now)
        try:
            disabled = await _disabled_after_a_kill(table, item, before, changed, names)
            await _store(table, wanted, item, before, changed, disabled, now)
        except TransactionCancelled:
            continue  # the row moved between the read and the write: read it again
        return changed
    raise StoreUnavailable("the control kept changing while it was being set", "Try again.")


def _require_version(wanted: WantedControl, before: Control) -> None:
    """Whoever lets more happen must have seen what is; whoever lets less happen need not."""
    if wanted.version is not None and wanted.version != before.version:
        raise _stale(wanted, before)
    loosens = wanted.state is not ControlState.KILLED and before.state is ControlState.KILLED
    if wanted.version is None and loosens and before.version > 0:
        raise InputError(
            "the control is KILLED: to let exits and settlements go on, say which version you saw",
            "Read the control first, then send its version.",
        )


def _changed(wanted: WantedControl, item: Item | None, before: Control, now: datetime) -> Control:
    stored = item.get("version") if item else 0
    version = stored if type(stored) is int and stored > 0 else before.version
    return Control(wanted.state, version + 1, wanted.reason, wanted.actor, now)


async def _store(
    table: Table,
    wanted: WantedControl,
    item: Item | None,
    before: Control,
    changed: Control,
    disabled: list[Put],
    now: datetime,
) -> None:
    answer = CONTROL.text(changed)
    note = f"; {RESUMED_DISABLED}" if disabled else ""
    change = (
        f"{before.state} -> {changed.state} (version {changed.version}): {changed.reason}{note}"
    )
    identity = wanted.idempotency_key or str(changed.version)
    writes = [
        Put("control", rows.control_item(changed), _as_read(item)),
        *disabled,
        *audit_writes("control", wanted.actor, change, now, identity),
        *remember_answer(wanted.actor, wanted.idempotency_key, wanted.request, answer, now),
    ]
    token = hashlib.sha256(f"{answer}|{identity}".encode()).hexdigest()[:36]
    await table.transact(writes, token)


async def _disabled_after_a_kill(
    table: Table, item: Item | None, before: Control, changed: Control, names: Names
) -> list[Put]:
    """The write that disables every strategy when the control leaves a kill or a flatten.

    Pausing counts as leaving too: otherwise a kill could be resumed through a pause. A row that
    was there and cannot be read stands for a kill; the very first start finds no row.
    """
    stopped = before.state in (ControlState.KILLED, ControlState.FLATTENING)
    goes_on = changed.state in (ControlState.RUNNING, ControlState.PAUSED)
    if item is None or not stopped or not goes_on:
        return []
    config = rows.config_from(await table.get(rows.CONFIG_KEY))
    return [put_config(config, switched(config, False, names))]


def _as_read(item: Item | None) -> Condition:
    """Holds while the row is the one that was read, even when that row is damaged."""
    if item is None:
        return Absent("pk")
    return Equals("version", item["version"]) if "version" in item else Absent("version")


def _stale(wanted: WantedControl, current: Control) -> ConflictError:
    return ConflictError(
        f"the control is at version {current.version} ({current.state}), you sent {wanted.version}",
        "Look at the current row and send its version if you still want this.",
        current,
    )
