"""Read and change what the operator chose for each strategy."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.aws import rows
from chalicelib.aws.table import Table
from chalicelib.domain.cycle import Config
from chalicelib.domain.strategy import build_strategy, find_strategy
from chalicelib.operations.asked import Asked
from chalicelib.operations.configuration import change_config
from chalicelib.strategies import discover


@dataclass(frozen=True, slots=True)
class WantedSetting:
    """What an operator asks for one strategy; None leaves a part as it is.

    ``version`` None means the settings as they are now.
    """

    name: str
    version: int | None
    actor: str
    enabled: bool | None = None
    paused: bool | None = None
    params: Mapping[str, object] | None = None
    reason: str = ""
    idempotency_key: str | None = None
    merge_pairs: bool | None = None

    @property
    def asked(self) -> Asked:
        """The request behind it."""
        choice = (
            self.version, self.enabled, self.paused, self.params, self.merge_pairs, self.reason,
        )  # fmt: skip
        request = f"strategy|{self.name}|{choice}"
        return Asked("strategy", request, self.actor, self.reason, self.idempotency_key, self.name)


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
    return await change_config(
        table, wanted.asked, _words(wanted), lambda config: _with(config, wanted), now,
        wanted.version,
    )  # fmt: skip


def _with(config: Config, wanted: WantedSetting) -> Config:
    old = config.setting(wanted.name)
    params = old.params if wanted.params is None else dict(wanted.params)
    build_strategy(wanted.name, params)
    new = replace(
        old,
        enabled=old.enabled if wanted.enabled is None else wanted.enabled,
        paused=old.paused if wanted.paused is None else wanted.paused,
        params=params,
        merge_pairs=old.merge_pairs if wanted.merge_pairs is None else wanted.merge_pairs,
    )
    return replace(config, strategies={**config.strategies, wanted.name: new})


def _words(wanted: WantedSetting) -> str:
    parts = [
        f"{name} = {value}"
        for name, value in (
            ("enabled", wanted.enabled),
            ("paused", wanted.paused),
            ("parameters", wanted.params),
            ("merge_pairs", wanted.merge_pairs),
        )
        if value is not None
    ]
    return f"{wanted.name} {', '.join(parts) or 'unchanged'}"
