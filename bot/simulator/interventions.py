"""What operators, and hands that should not, do in a minute: by chance."""

from collections.abc import Coroutine, Iterator, Sequence
from random import Random
from typing import Any, TypeVar

from bot.simulator import operators
from bot.simulator.faults import Fault, RandomFaults
from bot.simulator.setting import Setting
from bot.simulator.world import World
from chalicelib.domain.control import ControlState

Choice = TypeVar("Choice")
SOON = 0.2
"""Chance in a minute that somebody resumes what does not run."""


def interventions(
    world: World, setting: Setting, faults: RandomFaults
) -> Iterator[Coroutine[Any, Any, None]]:
    """The interventions of one minute, one after the other as chance has them."""
    dice, happens = faults.dice, faults.happens
    if happens(Fault.CONTROL_CHANGED):
        yield operators.set_control(world, _one_of(dice, tuple(ControlState)))
    if world.judge.control.state is not ControlState.RUNNING and dice.random() < SOON:
        yield operators.set_control(world, ControlState.RUNNING)
    if happens(Fault.CONTROL_MISSING):
        yield operators.remove_control(world)
    if happens(Fault.CONTROL_GARBLED):
        yield _damage(world, dice)
    if happens(Fault.CONFIG_CHANGED):
        name = _one_of(dice, tuple(setting.registry))
        yield operators.change_setting(world, name, _choice(dice, name, setting))
    if happens(Fault.PROTECTION_RELEASED):
        yield operators.release_one(world, int(dice.random() * 100))
    if happens(Fault.ACCOUNT_RESET):
        yield operators.reset(world, _one_of(dice, tuple(setting.registry)))


def _damage(world: World, dice: Random) -> Coroutine[Any, Any, None]:
    if dice.random() < 0.5:
        return operators.outdate_control(world)
    return operators.garble_control(world, _one_of(dice, operators.JUNK))


def _choice(dice: Random, name: str, setting: Setting) -> operators.Choice:
    params = dict(setting.params)
    if name == "coin":
        params["window"] = 1 + int(dice.random() * setting.longest_window)
    return operators.Choice(dice.random() < 0.8, dice.random() < 0.2, params)


def _one_of(dice: Random, choices: Sequence[Choice]) -> Choice:
    return choices[int(dice.random() * len(choices))]
