"""Change what bounds trading: limits, exits, sizing, protections, borrowing, data, venues."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from chalicelib.aws.table import Table
from chalicelib.domain.borrow import BorrowModel
from chalicelib.domain.cycle import Config
from chalicelib.domain.errors import InputError
from chalicelib.domain.exits import ExitRules
from chalicelib.domain.in_force import in_force
from chalicelib.domain.protection import ProtectionRules
from chalicelib.domain.quality import QualityRules
from chalicelib.domain.risk import HouseLimits, RiskLimits
from chalicelib.domain.sizing import Sizing
from chalicelib.domain.strategy import find_strategy
from chalicelib.operations.asked import Asked
from chalicelib.operations.configuration import change_config
from chalicelib.strategies import discover
from chalicelib.venues import known_venues

Document = Mapping[str, Any]
Rules = TypeVar("Rules", bound=BaseModel)

OF_ALL = ("limits", "exits", "sizing", "protections")
OF_THE_HOUSE = ("house", "paused_venues", "quality")
OF_ONE = ("borrow",)
"""Parts that can be set for both, for the house alone, and for one strategy alone."""

OWN = ("exits", "sizing")
"""Parts of which every strategy has its own, until an operator stores others."""


@dataclass(frozen=True, slots=True)
class WantedRisk:
    """New rules, each a whole document; None leaves a part as it is.

    ``strategy`` None means the house and the defaults; exits and sizing then go to every strategy.
    With ``patch`` a document holds only the fields that change, of one strategy or of the house.
    ``own`` names the parts of which the strategy's own are to hold again.
    """

    version: int | None
    actor: str
    reason: str
    strategy: str | None = None
    house: Document | None = None
    limits: Document | None = None
    exits: Document | None = None
    sizing: Document | None = None
    protections: Document | None = None
    paused_venues: Sequence[str] | None = None
    idempotency_key: str | None = None
    patch: bool = False
    borrow: Document | None = None
    quality: Document | None = None
    own: Sequence[str] = ()

    @property
    def parts(self) -> dict[str, object]:
        """What is to be changed, by name."""
        found = {name: getattr(self, name) for name in (*OF_ALL, *OF_THE_HOUSE, *OF_ONE)}
        given = {name: part for name, part in found.items() if part is not None}
        return {**given, **{f"own {name}": True for name in self.own}}

    @property
    def asked(self) -> Asked:
        """The request behind it."""
        request = f"risk|{self.version}|{self.strategy}|{self.parts}|{self.reason}"
        return Asked("risk", request, self.actor, self.reason, self.idempotency_key, self.strategy)


async def change_risk(table: Table, wanted: WantedRisk, now: datetime) -> Config:
    """Store new rules with their audit row.

    Raises InputError that names the field which is wrong or contradicts another, NotFoundError
    for an unknown strategy, ConflictError when the settings have moved on.
    """
    if not wanted.parts:
        raise InputError("nothing is to be changed", "Send limits, exits, sizing or protections.")
    discover()
    if wanted.strategy is not None:
        find_strategy(wanted.strategy)
    _refuse_misplaced_parts(wanted)
    _refuse_unknown_own(wanted)
    whose = wanted.strategy or "all strategies"
    words = f"{', '.join(wanted.parts)} of {whose} set"
    return await change_config(
        table, wanted.asked, words, lambda config: _with(config, wanted), now, wanted.version,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parsed:
    """The wanted documents, checked."""

    house: HouseLimits | None
    limits: RiskLimits | None
    exits: ExitRules | None
    sizing: Sizing | None
    protections: ProtectionRules | None
    paused_venues: tuple[str, ...] | None
    borrow: BorrowModel | None
    quality: QualityRules | None
    own: Sequence[str]


def _parse(wanted: WantedRisk, config: Config) -> Parsed:
    whose = wanted.strategy or ""
    now = in_force(config).setting(whose)

    def whole(document: Document | None, holding: BaseModel) -> Document | None:
        """A document that names only what changes, laid over the rules that hold."""
        if document is None or not wanted.patch:
            return document
        return {**holding.model_dump(mode="json"), **document}

    limits, protections = config.limits_of(whose), config.protections_of(whose)
    return Parsed(
        parse_rules(HouseLimits, "house", whole(wanted.house, config.house)),
        parse_rules(RiskLimits, "limits", whole(wanted.limits, limits)),
        parse_rules(ExitRules, "exits", whole(wanted.exits, now.exit_rules)),
        parse_rules(Sizing, "sizing", whole(wanted.sizing, now.entry_sizing)),
        parse_rules(ProtectionRules, "protections", whole(wanted.protections, protections)),
        _venues(wanted.paused_venues),
        parse_rules(BorrowModel, "borrow", whole(wanted.borrow, now.borrow)),
        parse_rules(QualityRules, "quality", whole(wanted.quality, config.quality)),
        wanted.own,
    )


def parse_rules(model: type[Rules], name: str, document: Document | None) -> Rules | None:
    """A document as rules; InputError names the field that is wrong, or the contradiction."""
    if document is None:
        return None
    try:
        return model.model_validate(dict(document))
    except ValidationError as exc:
        first = exc.errors()[0]
        field = ".".join([name, *(str(part) for part in first["loc"])])[:120]
        if first["type"] == "extra_forbidden":
            known = ", ".join(model.model_fields)
            raise InputError(f"there is no {field!r}", f"Fields of {name}: {known}.") from exc
        message = first["msg"].removeprefix("Value error, ")
        raise InputError(f"{field}: {message}"[:400], "Change the value.") from exc


async def switch_venue(
    table: Table, venue: str, paused: bool, actor: str, reason: str, now: datetime
) -> Config:
    """Open nothing new at one venue, or open again; the other venues stay as they are."""
    _venues([venue])
    words = f"venue {venue} {'paused' if paused else 'resumed'}"
    asked = Asked("risk", f"venue|{venue}|{paused}|{reason}", actor, reason)

    def change(config: Config) -> Config:
        others = set(config.paused_venues) - {venue}
        return replace(config, paused_venues=tuple(sorted(others | {venue} if paused else others)))

    return await change_config(table, asked, words, change, now, None)


def _venues(names: Sequence[str] | None) -> tuple[str, ...] | None:
    if names is None:
        return None
    known = known_venues()
    for name in names:
        if name not in known:
            raise InputError(f"no venue is called {name[:40]!r}", f"Venues: {', '.join(known)}.")
    return tuple(sorted(set(names)))


def _refuse_misplaced_parts(wanted: WantedRisk) -> None:
    """The house has parts of its own, and so has a strategy."""
    if wanted.strategy is None:
        _refuse(wanted, OF_ONE, "belongs to one strategy", "Name it as 'strategy'.")
    else:
        words = "does not belong to one strategy"
        _refuse(wanted, OF_THE_HOUSE, words, "Send it without 'strategy'.")


def _refuse_unknown_own(wanted: WantedRisk) -> None:
    for name in wanted.own:
        if name not in OWN:
            raise InputError(
                f"a strategy has no {name[:40]!r} of its own", f"It has {' and '.join(OWN)}."
            )
        if name in wanted.parts:
            raise InputError(
                f"{name} are set and given back to the strategy at once", "Send one of both."
            )


def _refuse(wanted: WantedRisk, misplaced: Sequence[str], words: str, hint: str) -> None:
    for name in misplaced:
        if name in wanted.parts:
            raise InputError(f"{name} {words}", hint)


def _with(config: Config, wanted: WantedRisk) -> Config:
    parsed = _parse(wanted, config)
    if wanted.strategy is not None:
        return _with_strategies(config, [wanted.strategy], parsed, own=True)
    everywhere = sorted({*discover(), *config.strategies})
    venues = config.paused_venues if parsed.paused_venues is None else parsed.paused_venues
    changed = replace(
        config,
        house=parsed.house or config.house,
        limits=parsed.limits or config.limits,
        protections=parsed.protections or config.protections,
        paused_venues=venues,
        quality=parsed.quality or config.quality,
    )
    return _with_strategies(changed, everywhere, parsed, own=False)


def _with_strategies(config: Config, names: Sequence[str], parsed: Parsed, own: bool) -> Config:
    """Exits and sizing of these strategies; ``own``: limits and protections of their own too."""
    if not own and parsed.exits is None and parsed.sizing is None and not parsed.own:
        return config
    changed = dict(config.strategies)
    for name in names:
        old = config.setting(name)
        changed[name] = replace(
            old,
            exits=None if "exits" in parsed.own else parsed.exits or old.exits,
            sizing=None if "sizing" in parsed.own else parsed.sizing or old.sizing,
            limits=(parsed.limits if own else None) or old.limits,
            protections=(parsed.protections if own else None) or old.protections,
            borrow=parsed.borrow or old.borrow,
        )
    return replace(config, strategies=changed)
