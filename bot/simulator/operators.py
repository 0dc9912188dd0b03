"""Operators at work: the product's own operations, and hands that damage the control row."""

from collections.abc import Awaitable
from dataclasses import dataclass, replace

from bot.simulator.steps import pause
from bot.simulator.store import FaultyTable
from bot.simulator.world import World
from chalicelib.aws import rows
from chalicelib.aws.table import Delete, Equals, Item, Put
from chalicelib.domain.control import ControlState
from chalicelib.domain.errors import ConflictError, NotFoundError, TransactionCancelled
from chalicelib.operations.accounts import WantedReset, reset_account
from chalicelib.operations.configuration import enable_all
from chalicelib.operations.control import WantedControl, change_control, read_control
from chalicelib.operations.protections import release_protection, tripped
from chalicelib.operations.reading import read_overview

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


@dataclass(frozen=True, slots=True)
class Choice:
    """What an operator chooses for one strategy; the rest of its setting stays."""

    enabled: bool
    paused: bool
    params: dict[str, object]


async def change_setting(world: World, name: str, choice: Choice) -> None:
    """Store a strategy's setting under the version read, as the API does."""
    table = FaultyTable(world)
    config = rows.config_from(await table.get(rows.CONFIG_KEY))
    setting = replace(
        config.setting(name), enabled=choice.enabled, paused=choice.paused, params=choice.params
    )
    strategies = {**config.strategies, name: setting}
    changed = replace(config, strategies=strategies, version=config.version + 1)
    try:
        await table.write(
            Put("config", rows.config_item(changed), Equals("version", config.version))
        )
    except TransactionCancelled:
        world.note("the settings moved on while they were being changed")


async def release_one(world: World, number: int) -> None:
    """Let one of the protections that hold go, whichever the number falls on."""
    table = FaultyTable(world)
    holding = tripped(await read_overview(table))
    if not holding:
        return
    wanted = holding[number % len(holding)].protection_id
    try:
        await release_protection(table, wanted, "operator", "simulated", world.now())
    except NotFoundError:
        world.note("the protection let go by itself while it was being released")


async def reset(world: World, name: str) -> None:
    """Start an account again with the cash it began with, if nothing is held or all is stopped."""
    cash = world.config.limits_of(name).starting_cash
    wanted = WantedReset(name, cash, "operator", "simulated")
    try:
        await reset_account(FaultyTable(world), wanted, world.now())
    except (ConflictError, NotFoundError):
        world.note(f"{name} could not be started again now")
