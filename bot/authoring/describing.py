"""Promises about how a strategy is named, documented and bounded."""

import inspect
import re

from bot.authoring.promises import require
from chalicelib.domain.strategy import Strategy, build_strategy
from chalicelib.strategies import user

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LONGEST_NAME = 41
PACKAGES = ("chalicelib.strategies", user.__name__)
BOUNDS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}


def check_named(cls: type[Strategy]) -> None:
    """The name can stand in an address, and the file has it too."""
    name = cls.name
    require(
        NAME.fullmatch(name) and len(name) <= LONGEST_NAME,
        f"{name!r} is not a name: small letters, digits and single dashes, at most {LONGEST_NAME}",
    )
    package, _, module = cls.__module__.rpartition(".")
    wanted = name.replace("-", "_")
    require(
        package in PACKAGES and module == wanted,
        f"{name!r} is in {cls.__module__}; its file must be called {wanted}.py",
    )
    require("." in inspect.cleandoc(cls.__doc__ or ""), "its class has no sentence that says it")


def check_parameters(cls: type[Strategy]) -> None:
    """Every parameter is described, every number has two bounds, the defaults lie within them."""
    for parameter, described in cls.Params.model_json_schema().get("properties", {}).items():
        require(described.get("description"), f"parameter {parameter!r} has no description")
        number = described.get("type") in {"integer", "number"}
        both = len(BOUNDS & set(described)) == 2
        require(both or not number, f"parameter {parameter!r} lacks one of its two bounds")
    defaults = cls.Params().model_dump()
    built = build_strategy(cls.name, defaults)
    require(built.params.model_dump() == defaults, "its defaults are not what it is built with")
    require(built.lookback >= 1, f"its lookback is {built.lookback}, it must be 1 row or more")
