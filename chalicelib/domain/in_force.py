"""What is in force: the operator's choice, and the strategies' own rules where there is none."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from chalicelib.domain.cycle import Config, StrategySetting
from chalicelib.domain.strategy import REGISTRY, Strategy

Whose = Literal["strategy", "operator"]
"""Whose rules are in force: a strategy's own, or those that an operator stored."""


def in_force(config: Config, registry: Mapping[str, type[Strategy]] = REGISTRY) -> Config:
    """The settings with every sizing and every exit rule filled in.

    A strategy whose file is missing has no rules of its own: the plain ones hold then.
    """
    names = sorted({*registry, *config.strategies})
    resolved = {name: _resolved(config.setting(name), registry.get(name)) for name in names}
    return replace(config, strategies=resolved)


def whose(stored: object) -> Whose:
    """Whose a part is, by what is stored of it."""
    return "strategy" if stored is None else "operator"


def _resolved(setting: StrategySetting, strategy: type[Strategy] | None) -> StrategySetting:
    if strategy is None:
        return replace(setting, sizing=setting.entry_sizing, exits=setting.exit_rules)
    own = strategy.about
    return replace(setting, sizing=setting.sizing or own.sizing, exits=setting.exits or own.exits)
