"""What an account remembers of its recent past, kept up cycle by cycle. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.money import ZERO
from chalicelib.domain.order import Settlement
from chalicelib.domain.portfolio import Account
from chalicelib.domain.remembered import ClosedTrade, ClosedTrades, Remembered, short_name
from chalicelib.engine.exits import SETTLEMENT
from chalicelib.engine.limits import MINUTES_PER_DAY, MINUTES_PER_HOUR

HOURLY_LOSS, DAILY_DRAWDOWN = "hourly-loss", "daily-drawdown"


def begin_cycle(account: Account, cycle_id: int, at: datetime) -> Account:
    """Begin a new hour or day with the equity entered with; forget what is over."""
    pulse = account.pulse
    forgotten: set[str] = set()
    if pulse.hour != cycle_id // MINUTES_PER_HOUR:
        forgotten.add(HOURLY_LOSS)
        pulse = replace(pulse, hour=cycle_id // MINUTES_PER_HOUR, hour_equity=account.equity)
    if pulse.day != cycle_id // MINUTES_PER_DAY:
        forgotten.add(DAILY_DRAWDOWN)
        pulse = replace(pulse, day=cycle_id // MINUTES_PER_DAY, day_equity=account.equity)
    if forgotten:
        counted = tuple(c for c in pulse.counted_from if c[0] not in forgotten)
        pulse = replace(pulse, counted_from=counted)
    recent = pulse.opened.after(cycle_id - MINUTES_PER_DAY)
    if recent is not pulse.opened:
        pulse = replace(pulse, opened=recent)
    holding = tuple(p for p in account.protections if p.holds(at))
    if pulse is account.pulse and len(holding) == len(account.protections):
        return account
    return replace(account, pulse=pulse, protections=holding)


def remember_ended(account: Account, ended: Sequence[tuple[ClosedTrade, datetime]]) -> Account:
    """Add what was given up; each comes with the time from which its position was held.

    Parts of one position are one trade, and so is everything that ends in one market at once:
    selling a position in four pieces is not four losses, nor a pair that settles one of each.
    """
    if not ended:
        return account
    kept = list(account.pulse.closed)
    for given_up, since in ended:
        trade = Remembered.of(given_up)
        earlier = next((c for c in reversed(kept) if _same(c, trade, since)), None)
        if earlier is not None:
            kept.remove(earlier)
        profit = trade.profit + (earlier.profit if earlier is not None else ZERO)
        kept.append(trade._replace(profit=profit))
    held = {short_name(instrument_id) for instrument_id in account.positions}
    closed = ClosedTrades.of(trade.for_later(kept[-1].minute, held) for trade in kept)
    return replace(account, pulse=replace(account.pulse, closed=closed))


def remember_entries(account: Account, cycle_id: int, entries: int) -> Account:
    """Add the entries of this cycle."""
    if not entries:
        return account
    opened = account.pulse.opened.with_more(cycle_id, entries)
    return replace(account, pulse=replace(account.pulse, opened=opened))


def settled_trades(
    before: Account, paid: Iterable[Settlement], at: datetime
) -> list[tuple[ClosedTrade, datetime]]:
    """Settlements as closed trades."""
    return [
        (
            ClosedTrade(at, s.instrument_id, s.market_id, s.realised, SETTLEMENT),
            before.positions[s.instrument_id].opened_at,
        )
        for s in paid
    ]


def _same(earlier: Remembered, trade: Remembered, since: datetime) -> bool:
    if earlier.instrument == trade.instrument and earlier.minute * 60 > since.timestamp():
        return True
    return earlier.market == trade.market and earlier.minute == trade.minute
