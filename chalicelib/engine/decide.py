"""The whole decision of a cycle as one pure function of what it read and saw."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.domain.book import OrderBook
from chalicelib.domain.control import Control
from chalicelib.domain.cycle import (
    Config,
    Decision,
    Observation,
    StrategyFault,
    StrategySetting,
    cycle_time,
)
from chalicelib.domain.house import House
from chalicelib.domain.market import InstrumentId
from chalicelib.domain.order import Fill, Refusal, Settlement
from chalicelib.domain.portfolio import Account
from chalicelib.engine.gate import Desk
from chalicelib.engine.settle import mark, settle
from chalicelib.engine.trade import take_turn
from chalicelib.engine.wish import Wishes


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything the decision depends on; two equal inputs give two equal decisions."""

    cycle_id: int
    control: Control
    config: Config
    accounts: Mapping[str, Account]
    observation: Observation
    books: Mapping[InstrumentId, OrderBook]
    wishes: Mapping[str, Wishes]
    faults: tuple[StrategyFault, ...] = ()
    house: House = field(default_factory=House)


def open_accounts(
    accounts: Mapping[str, Account], strategies: Mapping[str, object], config: Config
) -> dict[str, Account]:
    """The stored accounts, and a new one for every active strategy that has none."""
    opened = {
        name: Account.opening(name, config.limits.starting_cash)
        for name in strategies
        if name not in accounts
    }
    return {**accounts, **opened}


def decide(inputs: Inputs) -> Decision:
    """Settle what resolved, let each strategy trade, mark what is held."""
    desk = _desk(inputs)
    accounts: dict[str, Account] = {}
    fills: list[Fill] = []
    settlements: list[Settlement] = []
    refusals: list[Refusal] = []
    for name, before in sorted(inputs.accounts.items()):
        account = before
        paid: list[Settlement] = []
        if account.last_cycle >= inputs.cycle_id:
            accounts[name] = account  # an earlier delivery of this event booked it already
            continue
        if inputs.control.allows_settlement:
            account, paid = settle(account, inputs.observation.resolutions, inputs.cycle_id)
        setting = inputs.config.strategies.get(name, StrategySetting())
        wishes = inputs.wishes.get(name, Wishes((), {}))
        turn = take_turn(desk, account, wishes, len(paid), paused=setting.paused)
        settlements.extend(paid)
        fills.extend(turn.fills)
        refusals.extend(turn.refusals)
        accounts[name] = mark(turn.account, inputs.observation.quotes, desk.at)
    return Decision(accounts, tuple(fills), tuple(settlements), tuple(refusals), inputs.faults)


def _desk(inputs: Inputs) -> Desk:
    markets = inputs.observation.markets
    return Desk(
        inputs.cycle_id,
        cycle_time(inputs.cycle_id),
        inputs.control,
        inputs.config.limits,
        markets,
        {o.instrument_id: market for market in markets.values() for o in market.outcomes},
        inputs.books,
        {i: quote.ask for i, quote in inputs.observation.quotes.items()},
    )
