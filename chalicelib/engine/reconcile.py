"""Recompute an account from its trade log alone, and compare it with what is stored. Pure.

The arithmetic here shares nothing with the one that books trades: it adds up exact fractions of
what the log says was matched and paid, so that a defect there cannot hide itself here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from chalicelib.domain.market import InstrumentId
from chalicelib.domain.order import Fill, Purpose, Settlement, Side
from chalicelib.domain.portfolio import Account
from chalicelib.domain.reset import AccountEvent, Funding, Reset

MICRO = 1_000_000
Trade: TypeAlias = Fill | Settlement
Entry: TypeAlias = Fill | Settlement | AccountEvent
"""One line of a trade log."""


@dataclass(frozen=True, slots=True)
class Drift:
    """One number in which an account and its trade log disagree."""

    strategy: str
    what: str
    stored: Decimal
    recomputed: Decimal

    @property
    def text(self) -> str:
        """The disagreement as a sentence."""
        return (
            f"{self.strategy}: {self.what} is stored as {self.stored.normalize():f}, "
            f"the trade log gives {self.recomputed.normalize():f}"
        )


@dataclass
class Holding:
    """What the log says is held of one instrument."""

    size: Fraction = Fraction(0)
    cost: Fraction = Fraction(0)

    def give_up(self, size: Fraction) -> Fraction:
        """Give so many up, long or short; answers the share of the cost that goes with them."""
        whole = abs(self.size)
        released = self.cost if size == whole else _to_micro(self.cost * size / whole)
        self.size -= size if self.size > 0 else -size
        self.cost -= released
        return released


@dataclass
class Totals:
    """An account as its trade log tells it."""

    starting_cash: Fraction
    cash: Fraction
    funded: Fraction = Fraction(0)
    realised: Fraction = Fraction(0)
    fees: Fraction = Fraction(0)
    rebates: Fraction = Fraction(0)
    trades: int = 0
    holdings: defaultdict[InstrumentId, Holding] = field(
        default_factory=lambda: defaultdict(Holding)
    )
    impossible: list[Trade] = field(default_factory=list)

    @classmethod
    def opening(cls, starting_cash: Decimal) -> "Totals":
        """Nothing but the starting cash."""
        return cls(Fraction(starting_cash), Fraction(starting_cash))


def rank(entry: Entry) -> tuple[int, int]:
    """The order within a cycle: settlements, then fills; after them what an operator did."""
    if isinstance(entry, AccountEvent):
        return 2, entry.version
    return (1 if isinstance(entry, Fill) else 0), 0


def reconcile(entries: Iterable[Entry], starting_cash: Decimal) -> Totals:
    """Add up a trade log, oldest entry first; a reset starts again from its own cash.

    Within one cycle, what gives up more than is held so far waits for the purchases of that cycle.
    What stays impossible after them is kept in ``impossible`` and changes nothing.
    """
    totals = Totals.opening(starting_cash)
    waiting: list[Trade] = []
    cycle = -1
    for entry in entries:
        if entry.cycle_id != cycle or isinstance(entry, AccountEvent):
            _give_up_on(totals, waiting)
            cycle = entry.cycle_id
        if isinstance(entry, Reset):
            totals = Totals.opening(entry.starting_cash)
        elif isinstance(entry, Funding):
            _fund(totals, Fraction(entry.amount))
        elif not _booked(totals, entry):
            waiting.append(entry)
        else:
            waiting = [trade for trade in waiting if not _booked(totals, trade)]
    _give_up_on(totals, waiting)
    return totals


def compare(account: Account, entries: Sequence[Entry]) -> list[Drift]:
    """Every number in which an account differs from its own trade log.

    Entries of later cycles than the account's last one, or of later resets, are left out: an
    account and its trades are committed together, so the others belong to a newer account.
    """
    known = [entry for entry in entries if _is_in(account, entry)]
    totals = reconcile(known, account.starting_cash - account.funded)
    return [
        *_differences(account, totals),
        *(_impossible(account.strategy, trade) for trade in totals.impossible),
        *(drift for entry in known if isinstance(entry, Fill) for drift in _unsound(entry)),
    ]


def _is_in(account: Account, entry: Entry) -> bool:
    if isinstance(entry, AccountEvent):
        return entry.version <= account.version
    return entry.cycle_id <= account.last_cycle


def _differences(account: Account, totals: Totals) -> list[Drift]:
    pairs: dict[str, tuple[Decimal, Fraction]] = {
        "starting cash": (account.starting_cash, totals.starting_cash),
        "funding": (account.funded, totals.funded),
        "cash": (account.cash, totals.cash),
        "realised profit": (account.realised, totals.realised),
        "fees": (account.fees, totals.fees),
        "rebates": (account.rebates, totals.rebates),
        "number of trades": (Decimal(account.trades), Fraction(totals.trades)),
        **_holdings(account, totals.holdings),
    }
    return [
        Drift(account.strategy, what, stored, _as_decimal(found))
        for what, (stored, found) in pairs.items()
        if Fraction(stored) != found
    ]


def _holdings(
    account: Account, holdings: Mapping[InstrumentId, Holding]
) -> dict[str, tuple[Decimal, Fraction]]:
    pairs: dict[str, tuple[Decimal, Fraction]] = {}
    for instrument in sorted({*account.positions, *holdings}):
        position, found = account.positions.get(instrument), holdings.get(instrument, Holding())
        size, cost = (position.size, position.cost) if position else (Decimal(0), Decimal(0))
        pairs[f"size of {instrument}"] = (size, found.size)
        pairs[f"cost of {instrument}"] = (cost, found.cost)
    return pairs


def _fund(totals: Totals, amount: Fraction) -> None:
    """Cash that an operator paid in or took out is neither profit nor loss."""
    totals.starting_cash += amount
    totals.cash += amount
    totals.funded += amount


def _booked(totals: Totals, trade: Trade) -> bool:
    """Add one trade, if what it gives up is there."""
    holding, size = totals.holdings[trade.instrument_id], Fraction(trade.size)
    sign = 1 if isinstance(trade, Fill) and trade.side is Side.BUY else -1
    loan = Fraction(trade.loan_fee) if isinstance(trade, Fill) else Fraction(0)
    fee = Fraction(trade.fee) if isinstance(trade, Fill) else Fraction(0)
    closing, opening = _parts(trade, holding, sign)
    if closing + opening != size or size <= 0:
        return False
    value, its_fee = (_to_micro(part * closing / size) for part in (Fraction(trade.value), fee))
    if closing:
        received = -sign * value - its_fee - loan
        totals.realised += received - holding.give_up(closing)
    if opening:
        cost = sign * (Fraction(trade.value) - value) + fee - its_fee
        holding.size += sign * opening
        holding.cost += cost
    totals.cash -= sign * Fraction(trade.value) + fee + loan
    if isinstance(trade, Fill):
        totals.fees += Fraction(trade.fee)
        totals.rebates += Fraction(trade.rebate)
        totals.trades += 1
    return True


def _parts(trade: Trade, holding: Holding, sign: int) -> tuple[Fraction, Fraction]:
    """How much of a trade gives up what is held, and how much opens; less than all: it cannot be.

    Only a purchase opens a long position, and only an entry that sells a short one; an entry may
    do both. Nothing else trades beyond what is held.
    """
    size, held = Fraction(trade.size), holding.size
    closing = min(size, abs(held)) if sign * held < 0 else Fraction(0)
    if not isinstance(trade, Fill):
        return closing, Fraction(0)
    opens = trade.side is Side.BUY or trade.opens_short
    crosses = closing == 0 or trade.purpose is Purpose.ENTRY
    return closing, size - closing if opens and crosses else Fraction(0)


def _give_up_on(totals: Totals, waiting: list[Trade]) -> None:
    totals.impossible.extend(waiting)
    waiting.clear()


def _impossible(strategy: str, trade: Trade) -> Drift:
    identity = trade.fill_id if isinstance(trade, Fill) else trade.settlement_id
    return Drift(strategy, f"size given up by trade {identity}", trade.size, Decimal(0))


def _unsound(fill: Fill) -> Iterable[Drift]:
    """A fill must be the sum of what it matched, to a micro-dollar for each match."""
    value = sum((Fraction(m.price) * Fraction(m.size) for m in fill.matches), Fraction(0))
    size = sum((Fraction(m.size) for m in fill.matches), Fraction(0))
    if not fill.matches:
        return
    if size != Fraction(fill.size):
        yield Drift(fill.strategy, f"size of fill {fill.fill_id}", fill.size, _as_decimal(size))
    if abs(value - Fraction(fill.value)) > Fraction(len(fill.matches), MICRO):
        yield Drift(fill.strategy, f"value of fill {fill.fill_id}", fill.value, _as_decimal(value))


def _to_micro(amount: Fraction) -> Fraction:
    """The nearest whole micro-dollar, ties to even: how the ledger shares out a cost."""
    return Fraction(round(amount * MICRO), MICRO)


def _as_decimal(amount: Fraction) -> Decimal:
    return Decimal(amount.numerator) / Decimal(amount.denominator)
