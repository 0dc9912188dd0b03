"""Change the operator's settings as a whole, under the version that was read."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime

from chalicelib.aws import rows
from chalicelib.aws.table import Absent, Equals, Put, Table
from chalicelib.domain.cycle import Config
from chalicelib.domain.errors import ConflictError
from chalicelib.operations.asked import Asked, Change, change_as_read
from chalicelib.strategies import discover

Names = Callable[[], Iterable[str]]
"""Answers the strategies there are, whether or not an operator has set anything for them."""
NextConfig = Callable[[Config], Config]


def put_config(before: Config, after: Config) -> Put:
    """The write that replaces the settings that were read, with the next version."""
    unchanged = Absent("pk") if before.version == 0 else Equals("version", before.version)
    return Put("config", rows.config_item(after), unchanged)


def switched(config: Config, enabled: bool, names: Names = discover) -> Config:
    """The settings with all strategies there are enabled or disabled."""
    wanted = sorted({*names(), *config.strategies})
    changed = {name: replace(config.setting(name), enabled=enabled) for name in wanted}
    return replace(config, strategies={**config.strategies, **changed}, version=config.version + 1)


async def change_config(
    table: Table, asked: Asked, words: str, change: NextConfig, now: datetime, version: int | None
) -> Config:
    """Store changed settings with their audit row.

    ``version`` None takes the settings as they are and tries again when they move; otherwise
    ConflictError says that they have moved on.
    """

    async def prepare() -> Change[Config]:
        before = rows.config_from(await table.get(rows.CONFIG_KEY))
        if version is not None and version != before.version:
            raise stale_config(version, before)
        after = replace(change(before), version=before.version + 1)
        return Change(after, words, [put_config(before, after)])

    return await change_as_read(table, asked, rows.CONFIG, prepare, now)


def stale_config(sent: int, current: Config) -> ConflictError:
    """What to say to somebody who saw older settings."""
    return ConflictError(
        f"the settings are at version {current.version}, you sent {sent}",
        "Read them again and send their version.",
        current,
    )


async def enable_all(
    table: Table, actor: str, reason: str, now: datetime, names: Names = discover
) -> Config:
    """Enable every strategy in one audited change: what a resume after a kill leaves to do."""
    asked = Asked("strategy", f"enable-all|{reason}", actor, reason)
    return await change_config(
        table,
        asked,
        "all strategies enabled",
        lambda config: switched(config, True, names),
        now,
        None,
    )
