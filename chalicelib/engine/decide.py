"""The whole decision of a cycle as one pure function of what it read and saw."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from chalicelib.domain.book import OrderBook
from chalicelib.domain.control import Control
from chalicelib.domain.cycle import (
    Config,
    Decision,
    Observation,
    StrategyFault,
    cycle_time,
)
from chalicelib.domain.fault import VenueFault
from chalicelib.domain.house import House
from chalicelib.domain.market import InstrumentId
from chalicelib.domain.money import ZERO
from chalicelib.domain.order import Fill, Refusal, Settlement
from chalicelib.domain.portfolio import Account
from chalicelib.engine.data_quality import judge_quality
from chalicelib.engine.gate import MOST_TRADES, Desk
from chalicelib.engine.limits import house_usage, usage_of
from chalicelib.engine.merge import merge_pairs, overdue
from chalicelib.engine.protections import begin_house, judge_house
from chalicelib.engine.pulse import begin_cycle, remember_ended, settled_trades
from chalicelib.engine.settle import mark, note_ends, revalue, settle
from chalicelib.engine.short import accrue
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
    book_faults: tuple[VenueFault, ...] = ()


def open_accounts(
    accounts: Mapping[str, Account], strategies: Mapping[str, object], config: Config
) -> dict[str, Account]:
    """The stored accounts, and a new one for every active strategy that has none."""
    opened = {
        name: Account.opening(name, config.limits_of(name).starting_cash)
        for name in strategies
        if name not in accounts
    }
    return {**accounts, **opened}


def decide(inputs: Inputs) -> Decision:
    """Settle what resolved, judge the house, let each strategy trade, mark what is held."""
    desk, house, ready = _ready(inputs)
    accounts: dict[str, Account] = {}
    fills: list[Fill] = []
    settlements: list[Settlement] = []
    refusals: list[Refusal] = []
    for name, before in sorted(inputs.accounts.items()):
        if name not in ready:
            accounts[name] = before  # an earlier delivery of this event booked it already
            continue
        account, paid = ready[name]
        setting = inputs.config.setting(name)
        own = replace(
            desk,
            limits=inputs.config.limits_of(name),
            setting=setting,
            rules=inputs.config.protections_of(name),
        )
        wishes = inputs.wishes.get(name, Wishes((), {}))
        turn = take_turn(own, account, wishes, len(paid), paused=setting.paused)
        settlements.extend(paid)
        fills.extend(turn.fills)
        refusals.extend(turn.refusals)
        hours = own.limits.unresolved_after_hours
        refusals.extend(overdue(turn.account, desk.market_of, desk.at, hours))
        dated = note_ends(turn.account, desk.market_of)
        accounts[name] = mark(dated, inputs.observation.quotes, desk.at)
    equity = sum((account.equity for account in accounts.values()), ZERO)
    if equity > house.peak:
        house = replace(house, peak=equity)
    return Decision(
        accounts,
        tuple(fills),
        tuple(settlements),
        tuple(refusals),
        inputs.faults,
        house,
    )


Ready: TypeAlias = dict[str, tuple[Account, list[Settlement]]]
"""Accounts whose turn it is, settled and marked, with what was paid out to them."""


def _ready(inputs: Inputs) -> tuple[Desk, House, Ready]:
    """Everything as it stands before the first turn, with the limits and breakers of the house."""
    at = cycle_time(inputs.cycle_id)
    ready = {
        name: _settled(inputs, account)
        for name, account in inputs.accounts.items()
        if account.last_cycle < inputs.cycle_id
    }
    house = begin_house(
        inputs.house,
        sum((account.equity for account in inputs.accounts.values()), ZERO),
        sum((account.starting_cash for account in inputs.accounts.values()), ZERO),
        inputs.cycle_id,
        at,
    )
    desk = _desk(inputs, at)
    usages = [
        usage_of(
            ready[name][0] if name in ready else account,
            inputs.config.limits_of(name),
            desk.market_of,
            inputs.cycle_id,
        )
        for name, account in sorted(inputs.accounts.items())
    ]
    total = house_usage(usages, inputs.config.house, house)
    faults = (*inputs.observation.faults, *inputs.book_faults)
    rules = inputs.config.protections
    house = judge_house(house, rules, total.equity, faults, at)
    house = judge_quality(house, rules, inputs.observation.quality, at)
    return replace(desk, house=total, shut=house.protections), house, ready


def _settled(inputs: Inputs, account: Account) -> tuple[Account, list[Settlement]]:
    at = cycle_time(inputs.cycle_id)
    began = begin_cycle(account, inputs.cycle_id, at)
    paid: list[Settlement] = []
    after = began
    if inputs.control.allows_settlement:
        after, paid = settle(began, inputs.observation.resolutions, inputs.cycle_id)
        if inputs.config.setting(account.strategy).merge_pairs:
            room = MOST_TRADES - len(paid)
            markets = inputs.observation.markets
            after, merged = merge_pairs(after, markets, inputs.cycle_id, at, room)
            paid.extend(merged)
    after = remember_ended(after, settled_trades(began, paid, at))
    after = accrue(after, inputs.config.setting(account.strategy).borrow, at)
    return revalue(after, inputs.observation.quotes, at), paid


def _desk(inputs: Inputs, at: datetime) -> Desk:
    markets = inputs.observation.markets
    quotes = inputs.observation.quotes
    return Desk(
        inputs.cycle_id,
        at,
        inputs.control,
        inputs.config.limits,
        markets,
        inputs.observation.market_of,
        inputs.books,
        {i: quote.ask for i, quote in quotes.items()},
        {i: quote.bid for i, quote in quotes.items()},
        paused_venues=inputs.config.paused_venues,
        doubted={q.subject: q.reason for q in inputs.observation.quarantined},
    )
