"""The one gate that every order passes, live and in a replay alike. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from chalicelib.domain.book import OrderBook
from chalicelib.domain.control import Control
from chalicelib.domain.cycle import StrategySetting
from chalicelib.domain.fee import FeeUnknown
from chalicelib.domain.market import InstrumentId, Market, MarketId
from chalicelib.domain.order import Purpose
from chalicelib.domain.protection import Protection, ProtectionRules, Scope
from chalicelib.domain.risk import RiskLimits
from chalicelib.engine.limits import Usage, objection_to, past_limit
from chalicelib.engine.objection import Objection

MOST_TRADES = 90
"""Trades of one account in one cycle: with the account they have to fit into one transaction."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the trading stage of one cycle works with.

    ``limits``, ``setting`` and ``rules`` are those of the strategy whose turn it is; the rest is
    the same for all of them. ``asks`` and ``bids`` are the quotes that the wishes were made on.
    ``house`` runs along from turn to turn; ``shut`` are the protections of the house. ``doubted``
    says of what was quarantined why.
    """

    cycle_id: int
    at: datetime
    control: Control
    limits: RiskLimits
    markets: Mapping[MarketId, Market]
    market_of: Mapping[InstrumentId, Market]
    books: Mapping[InstrumentId, OrderBook]
    asks: Mapping[InstrumentId, Decimal | None]
    bids: Mapping[InstrumentId, Decimal | None] = field(default_factory=dict)
    setting: StrategySetting = field(default_factory=StrategySetting)
    rules: ProtectionRules = field(default_factory=ProtectionRules)
    house: Usage | None = None
    shut: tuple[Protection, ...] = ()
    paused_venues: tuple[str, ...] = ()
    doubted: Mapping[str, str] = field(default_factory=dict)


def may_trade(desk: Desk, instrument_id: InstrumentId, purpose: Purpose) -> Objection | None:
    """Whether an order of this purpose may be placed on this instrument at all."""
    if not desk.control.allows(purpose):
        return Objection(
            "control", f"control is {desk.control.state}: {desk.control.reason or 'no reason'}"
        )
    market = desk.market_of.get(instrument_id)
    if market is None:
        return Objection("unknown-market", "the venue does not list it now")
    if not market.is_tradable:
        return Objection("market-closed", f"the market is {market.status}")
    if purpose is Purpose.ENTRY and market.venue in desk.paused_venues:
        return Objection("venue-paused", f"{market.venue} is paused by the operator")
    return _fee_objection(desk, market) or _book_objection(desk, instrument_id)


def _fee_objection(desk: Desk, market: Market) -> Objection | None:
    """An order whose fee is not known would be filled free of charge."""
    fee = market.fee
    if isinstance(fee, FeeUnknown):
        return Objection("fee-unknown", fee.reason)
    if fee.valid_until is not None and fee.valid_until <= desk.at:
        return Objection("fee-unknown", f"the fee '{fee.name}' ended at {fee.valid_until}")
    return None


def _book_objection(desk: Desk, instrument_id: InstrumentId) -> Objection | None:
    book = desk.books.get(instrument_id)
    if book is None and instrument_id in desk.doubted:
        return Objection("book-doubted", f"not believed: {desk.doubted[instrument_id]}")
    if book is None:
        return Objection("no-book", "no order book could be fetched after the decision")
    age = (desk.at - book.occurred_at).total_seconds()
    if age > desk.limits.max_book_age_seconds:
        return Objection(
            "stale-book",
            f"the book is {age:.0f} s old, at most {desk.limits.max_book_age_seconds} s are taken",
        )
    return None


def is_shut(
    desk: Desk, protections: tuple[Protection, ...], instrument_id: InstrumentId
) -> Objection | None:
    """Whether a tripped protection of the account or the house keeps entries out of here."""
    if not desk.shut and not protections:
        return None
    market = desk.market_of[instrument_id]
    subjects = {Scope.MARKET: market.market_id, Scope.VENUE: market.venue}
    for protection in (*desk.shut, *protections):
        covered = subjects.get(protection.scope, protection.subject) == protection.subject
        if covered and protection.holds(desk.at):
            return Objection("protection", f"{protection.reason}; {release_of(protection)}")
    return None


def release_of(protection: Protection) -> str:
    """When entries open again, in words."""
    if protection.releases_at is None:
        return "an operator has to release it"
    return f"it releases at {protection.releases_at:%Y-%m-%d %H:%M} UTC"


def may_open(
    desk: Desk, usages: Sequence[Usage], orders: int, legs: Sequence[InstrumentId], opened: int
) -> Objection | None:
    """Whether ``legs`` may be bought, ``opened`` of them new, after ``orders`` in this cycle."""
    most = desk.limits.max_orders_per_cycle
    if orders + len(legs) > most:
        return Objection("max-orders", f"{most} orders a cycle are the limit, {orders} are used")
    markets = [desk.market_of[instrument_id] for instrument_id in legs]
    for usage in usages:
        objection = objection_to(usage, opened, len(legs))
        if objection is not None:
            return objection
    return past_limit(usages, markets, legs, None)


def may_combine(desk: Desk, legs: Sequence[InstrumentId]) -> Objection | None:
    """Whether the books of these legs, each there, may be read together.

    Both outcomes of a mirrored market trade in one set of orders. Together they cost less than they
    pay only where the two books were read at different moments, and nobody could have bought both.
    """
    moments: dict[MarketId, datetime] = {}
    for instrument_id in legs:
        market, at = desk.market_of[instrument_id], desk.books[instrument_id].occurred_at
        if not market.mirrored:
            continue
        apart = abs((moments.setdefault(market.market_id, at) - at).total_seconds())
        if apart:
            return Objection(
                "two-moments",
                f"both sides of {market.market_id} are one set of orders, and their books were "
                f"read {apart:.3f} s apart: what is between them is no price",
            )
    return None
