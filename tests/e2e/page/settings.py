"""What an operator may change, as the stand-in for the API keeps it."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from pydantic import BaseModel

from chalicelib.domain.risk import Limits
from chalicelib.web import wire
from tests.e2e.page import risk_values, values


@dataclass
class Settings:
    """One version over all settings, as in the product."""

    version: int = 5
    off: set[str] = field(default_factory=set)
    paused: set[str] = field(default_factory=lambda: {"momentum"})
    merging: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)
    broken: bool = False
    more: list[wire.StrategyView] = field(default_factory=list)
    orders: list[wire.OrderView] = field(default_factory=risk_values.orders)
    paused_venues: list[str] = field(default_factory=list)
    released: set[str] = field(default_factory=set)
    exits: dict[str, Any] = field(default_factory=dict)
    house: Limits = risk_values.HOUSE
    tripped: list[wire.ProtectionView] = field(default_factory=risk_values.protections)

    def on(self, state: wire.State) -> wire.State:
        """The state with accounts and positions as changed."""
        accounts = [
            each.model_copy(
                update={
                    "enabled": each.strategy not in self.off,
                    "paused": each.strategy in self.paused,
                }
            )
            for each in state.accounts
        ]
        positions = [
            each.model_copy(update={"exits": self.exits.get(each.instrument_id)})
            for each in state.positions
        ]
        return state.model_copy(update={"accounts": accounts, "positions": positions})

    def on_system(self, system: wire.System) -> wire.System:
        """The System page with its venues as paused here."""
        venues = [
            each.model_copy(update={"paused": each.venue in self.paused_venues})
            for each in system.venues
        ]
        changed = {"venues": venues, "paused_venues": self.paused_venues, "version": self.version}
        return system.model_copy(update=changed)

    def risk(self, last: int) -> wire.Risk:
        answer = risk_values.risk(last, self.version, self.paused_venues, self.house)
        kept = [each for each in self.tripped if each.id not in self.released]
        given_back = {f"{part}_from": "strategy" for part in self.own}
        strategies = [each.model_copy(update=given_back) for each in answer.strategies]
        return answer.model_copy(update={"protections": kept, "strategies": strategies})

    def strategies(self) -> list[wire.StrategyView]:
        broken = [risk_values.broken_strategy(self.version)] if self.broken else []
        return [*(self._view(name) for name in values.STRATEGIES), *broken, *self.more]

    def disable_all(self) -> None:
        """What a change away from KILLED does."""
        self.off = set(values.STRATEGIES)
        self.version += 1

    def write(self, path: str, body: dict[str, Any]) -> BaseModel | None:
        """Check a body against its wire model and keep it. None: answered with the whole page."""
        _, kind, *rest = unquote(path).split("/")
        if kind == "protections":
            wire.Release.model_validate(body)
            self.released.add(rest[0])
        elif kind == "positions":
            self.exits[rest[1]] = wire.PositionExits.model_validate(body).exits
        elif kind == "orders":
            wire.OrderCancel.model_validate(body)
            self.orders = [each for each in self.orders if each.order_id != rest[1]]
        elif kind == "accounts":
            (wire.AccountFunding if rest[1:] else wire.AccountReset).model_validate(body)
        elif kind == "strategies":
            return self._strategy(rest[0], wire.StrategyChange.model_validate(body))
        else:
            change = wire.RiskChange.model_validate(body)
            self.version += 1
            self.own.update(change.own)
            if change.paused_venues is not None:
                self.paused_venues = change.paused_venues
        return None

    def _strategy(self, name: str, change: wire.StrategyChange) -> wire.StrategyView:
        self.version += 1
        if change.merge_pairs is not None:
            (self.merging.add if change.merge_pairs else self.merging.discard)(name)
        for wanted, among in ((change.enabled, self.off), (change.paused, self.paused)):
            if wanted is not None:
                holds = wanted if among is self.paused else not wanted
                (among.add if holds else among.discard)(name)
        return self._view(name)

    def _view(self, name: str) -> wire.StrategyView:
        return risk_values.strategy_view(
            name, self.version, name not in self.off, name in self.paused, name in self.merging
        )
