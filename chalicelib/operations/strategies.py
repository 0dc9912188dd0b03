"""Read and change what the operator chose for each strategy."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.aws import rows
from chalicelib.aws.table import Absent, Equals, Put, Table
from chalicelib.codec import Codec
from chalicelib.domain.cycle import Config
from chalicelib.domain.errors import ConflictError, TransactionCancelled
from chalicelib.domain.strategy import build_strategy, find_strategy
from chalicelib.operations.audit import audit_writes
from chalicelib.operations.idempotency import earlier_answer, remember_answer
from chalicelib.strategies import discover

CONFIG = Codec[Config](Config, "configuration")


@dataclass(frozen=True, slots=True)
class WantedSetting:
    """What an operator asks for one strategy; None leaves a part as it is."""

    name: str
    version: int
    actor: str
    enabled: bool | None = None
    paused: bool | None = None
    params: Mapping[str, object] | None = None
    reason: str = ""
    idempotency_key: str | None = None

    @property
    def request(self) -> str:
        """What makes two requests the same."""
        choice = (self.version, self.enabled, self.paused, self.params, self.reason)
        return f"strategy|{self.name}|{choice}"


async def read_config(table: Table) -> Config:
    """The operator's settings as they are now."""
    return rows.config_from(await table.get(rows.CONFIG_KEY))


async def change_strategy(table: Table, wanted: WantedSetting, now: datetime) -> Config:
    """Store a new setting for one strategy, with its audit row.

    Raises NotFoundError for an unknown strategy, InputError for a parameter that is unknown or
    out of bounds, ConflictError when the settings have moved on.
    """
    discover()
    find_strategy(wanted.name)
    answered = await earlier_answer(table, wanted.actor, wanted.idempotency_key, wanted.request)
    if answered is not None:
        return CONFIG.decode(answered)
    config = await read_config(table)
    if config.version != wanted.version:
        raise _stale(wanted, config)
    changed = _with(config, wanted)
    try:
        await _store(table, wanted, config, changed, now)
    except TransactionCancelled as lost:
        answered = await earlier_answer(table, wanted.actor, wanted.idempotency_key, wanted.request)
        if answered is not None:  # the same request arrived twice at the same time
            return CONFIG.decode(answered)
        raise _stale(wanted, await read_config(table)) from lost
    return changed


async def _store(
    table: Table, wanted: WantedSetting, config: Config, changed: Config, now: datetime
) -> None:
    answer = CONFIG.text(changed)
    identity = wanted.idempotency_key or str(changed.version)
    unchanged = Absent("pk") if config.version == 0 else Equals("version", config.version)
    writes = [
        Put("config", rows.config_item(changed), unchanged),
        *audit_writes("strategy", wanted.actor, _words(wanted), now, identity, wanted.name),
        *remember_answer(wanted.actor, wanted.idempotency_key, wanted.request, answer, now),
    ]
    unique = f"{answer}|{identity}|{wanted.actor}|{now.isoformat()}"
    await table.transact(writes, hashlib.sha256(unique.encode()).hexdigest()[:36])


def _with(config: Config, wanted: WantedSetting) -> Config:
    old = config.setting(wanted.name)
    params = old.params if wanted.params is None else dict(wanted.params)
    build_strategy(wanted.name, params)
    new = replace(
        old,
        enabled=old.enabled if wanted.enabled is None else wanted.enabled,
        paused=old.paused if wanted.paused is None else wanted.paused,
        params=params,
    )
    strategies = {**config.strategies, wanted.name: new}
    return replace(config, strategies=strategies, version=config.version + 1)


def _words(wanted: WantedSetting) -> str:
    parts = [
        f"{name} = {value}"
        for name, value in (
            ("enabled", wanted.enabled),
            ("paused", wanted.paused),
            ("parameters", wanted.params),
        )
        if value is not None
    ]
    reason = f": {wanted.reason}" if wanted.reason else ""
    return f"{wanted.name} {', '.join(parts) or 'unchanged'}{reason}"


def _stale(wanted: WantedSetting, current: Config) -> ConflictError:
    return ConflictError(
        f"the settings are at version {current.version}, you sent {wanted.version}",
        "Read the strategy again and send its version.",
        current,
    )
