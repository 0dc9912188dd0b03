"""Operators at work: the product's own operations, and hands that damage the control row."""

from collections.abc import Awaitable
from dataclasses import replace

from bot.simulator.steps import pause
from bot.simulator.store import FaultyTable
from bot.simulator.world import World
from chalicelib.aws import rows
from chalicelib.aws.table import Delete, Equals, Item, Put
from chalicelib.domain.control import ControlState
from chalicelib.domain.cycle import StrategySetting
from chalicelib.domain.errors import ConflictError, TransactionCancelled
from chalicelib.operations.configuration import enable_all
from chalicelib.operations.control import WantedControl, change_control, read_control

JUNK: tuple[Item, ...] = (
    {},
    {"version": "7", "state": "RUNNING", "schema": 1},
    {"version": 7, "state": "running", "schema": 1, "reason": "", "actor": "", "changed_at": ""},
    {"version": 10**6, "state": "RUNNING", "schema": 1, "reason": None, "actor": 5},
)
"""Rows that are no control, each for another reason."""


async def after(steps: int, work: Awaitable[None]) -> None:
    """Let others take so many steps first."""
    for _ in range(steps):
        await pause("operator waits")
    await work


async def set_control(world: World, state: ControlState) -> None:
    """Ask for a state as the API does: a kill needs no version, all else names the one it saw."""
    table = FaultyTable(world)
    version = None
    if state is not ControlState.KILLED:
        version = (await read_control(table)).version
    try:
        wanted = WantedControl(state, "simulated", "operator", version)
        await change_control(table, wanted, world.now(), world.names)
        if state is ControlState.RUNNING:  # a resume after a kill leaves every strategy off
            await enable_all(table, "operator", "simulated", world.now(), world.names)
    except ConflictError:
        world.note("the operator was overtaken by another")


async def remove_control(world: World) -> None:
    """Delete the control row by hand."""
    await FaultyTable(world).write(Delete("control", rows.CONTROL_KEY))


async def garble_control(world: World, junk: Item) -> None:
    """Overwrite the control row by hand with something that is none."""
    row = {"pk": rows.CONTROL_KEY.pk, "sk": rows.CONTROL_KEY.sk, **junk}
    await FaultyTable(world).write(Put("control", row))


async def outdate_control(world: World) -> None:
    """Leave everything in the control row as it is but its schema, as a later version might."""
    table = FaultyTable(world)
    item = await table.get(rows.CONTROL_KEY)
    if item is not None:
        await table.write(Put("control", {**item, "schema": 99}))


async def change_setting(world: World, name: str, setting: StrategySetting) -> None:
    """Store a strategy's setting under the version read, as the API does."""
    table = FaultyTable(world)
    config = rows.config_from(await table.get(rows.CONFIG_KEY))
    strategies = {**config.strategies, name: setting}
    changed = replace(config, strategies=strategies, version=config.version + 1)
    try:
        await table.write(
            Put("config", rows.config_item(changed), Equals("version", config.version))
        )
    except TransactionCancelled:
        world.note("the settings moved on while they were being changed")
