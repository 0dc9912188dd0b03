"""How a strategy is written, named and given its parameters."""

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from chalicelib.domain.errors import InputError, NotFoundError
from chalicelib.domain.exits import ExitRules
from chalicelib.domain.market import MarketKind
from chalicelib.domain.sizing import Sizing

if TYPE_CHECKING:  # numpy: the API names strategies without running any
    from chalicelib.domain.signal import Signals
    from chalicelib.domain.tape import Tape


class StrategyParams(BaseModel):
    """Base of every strategy's parameters: frozen, strict, bounded, described, nothing unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=True)


@dataclass(frozen=True, slots=True)
class About:
    """What a user should know of a strategy before it runs.

    ``trades`` are the kinds of market that it can wish for. ``enters``, ``leaves`` and
    ``fails_when`` are sentences. ``sizing`` and ``exits`` hold until an operator chooses others.
    A ``baseline`` is what the others are to be measured against.
    """

    trades: tuple[MarketKind, ...] = tuple(MarketKind)
    enters: str = ""
    leaves: str = ""
    fails_when: str = ""
    baseline: bool = False
    sizing: Sizing = field(default_factory=Sizing)
    exits: ExitRules = field(default_factory=ExitRules)


class Strategy(ABC):
    """A pure rule from history to wishes. It is handed everything it may know."""

    name: ClassVar[str]
    about: ClassVar[About] = About()
    Params: ClassVar[type[StrategyParams]]

    def __init__(self, params: StrategyParams) -> None:
        self.params = params

    @property
    @abstractmethod
    def lookback(self) -> int:
        """Rows of tape that decide one row of signals, the row itself included."""

    @abstractmethod
    def signals(self, tape: "Tape") -> "Signals":
        """Wishes for every row of the tape; row t may depend on rows up to t alone."""


REGISTRY: dict[str, type[Strategy]] = {}
StrategyType = TypeVar("StrategyType", bound=type[Strategy])


def strategy(name: str, about: About = About()) -> Callable[[StrategyType], StrategyType]:
    """Register a strategy under its name; two of one name is a mistake and says so."""

    def register(cls: StrategyType) -> StrategyType:
        known = REGISTRY.get(name)
        if known is not None and known.__module__ != cls.__module__:
            raise ValueError(f"strategy {name!r} is in {source_of(known)} and {source_of(cls)}")
        cls.name = name
        cls.about = about
        REGISTRY[name] = cls
        return cls

    return register


def source_of(cls: type[Strategy]) -> str:
    """The file that a strategy is written in, or its module where no file is known."""
    return getattr(sys.modules.get(cls.__module__), "__file__", None) or cls.__module__


def find_strategy(name: str, registry: Mapping[str, type[Strategy]] = REGISTRY) -> type[Strategy]:
    """The strategy of that name, or NotFoundError with the nearest name as the hint."""
    if name in registry:
        return registry[name]
    raise NotFoundError(f"no strategy is called {name!r}", _near_miss(name, list(registry)))


def build_strategy(
    name: str,
    params: Mapping[str, object],
    registry: Mapping[str, type[Strategy]] = REGISTRY,
) -> Strategy:
    """Make a strategy ready to run; InputError names the parameter that is wrong."""
    cls = find_strategy(name, registry)
    try:
        return cls(cls.Params.model_validate(dict(params)))
    except ValidationError as exc:
        raise InputError(*_explain(name, cls, exc)) from exc


def _explain(name: str, cls: type[Strategy], exc: ValidationError) -> tuple[str, str]:
    first = exc.errors()[0]
    field = ".".join(str(part) for part in first["loc"])
    if not field:  # a rule over several parameters
        return f"{name}: {first['msg'].removeprefix('Value error, ')}", "Change one of them."
    if first["type"] == "extra_forbidden":
        return (
            f"strategy {name!r} has no parameter {field!r}",
            _near_miss(field, list(cls.Params.model_fields)),
        )
    return f"{name}.{field} is {first['input']!r}: {first['msg'].lower()}", "Change the value."


def _near_miss(word: str, known: list[str]) -> str:
    near = get_close_matches(word, known, n=1)
    if near:
        return f"Did you mean {near[0]!r}?"
    return f"Known: {', '.join(sorted(known)) or 'none'}."
