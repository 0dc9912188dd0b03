"""Breakers of one account and of the house: what trips them, until when, and why. Pure.

Rules about trades are judged when a trade has just ended, rules about lost equity in every cycle.
A rule that holds already is not tripped again. One that was released, by time or by an operator,
needs a new reason: another losing trade, or as much lost again since it tripped.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from chalicelib.domain.breaker import next_breakers
from chalicelib.domain.fault import VenueFault
from chalicelib.domain.house import House
from chalicelib.domain.market import MarketId
from chalicelib.domain.portfolio import Account
from chalicelib.domain.protection import Protection, ProtectionRules, Scope
from chalicelib.domain.remembered import ClosedTrade, Remembered, short_name
from chalicelib.engine.exits import SETTLEMENT
from chalicelib.engine.limits import MINUTES_PER_DAY
from chalicelib.engine.pulse import DAILY_DRAWDOWN, HOURLY_LOSS

LOSSES_IN_A_ROW, LOW_WIN_RATE = "losses-in-a-row", "low-win-rate"
MARKET_COOLDOWN, TOTAL_DRAWDOWN = "market-cooldown", "total-drawdown"
VENUE_UNHEALTHY = "venue-unhealthy"

Counted = tuple[tuple[str, Decimal], ...]


class Lost(NamedTuple):
    """One rule about lost equity: ``start`` is what the loss is a share of.

    ``pause`` is how long it holds; None until the next day, or until an operator releases it.
    """

    rule: str
    share: Decimal | None
    start: Decimal
    words: str
    pause: int | None = None

    def releases_at(self, at: datetime) -> datetime | None:
        """When it lets go, having tripped at this time."""
        if self.pause is not None:
            return at + timedelta(minutes=self.pause)
        return next_day(at) if self.rule == DAILY_DRAWDOWN else None


def judge_account(
    account: Account, rules: ProtectionRules, at: datetime, sold: Iterable[ClosedTrade] = ()
) -> Account:
    """The account with the protections that trip now.

    ``sold`` are the sales of this cycle, which the account remembers already: they name the
    markets that a loss in them closes for a while.
    """
    equity, pulse = account.equity, account.pulse
    lost = (
        Lost(HOURLY_LOSS, rules.hourly_loss, pulse.hour_equity, "as the hour began",
             rules.hourly_pause_minutes),
        Lost(DAILY_DRAWDOWN, rules.daily_drawdown, pulse.day_equity, "as the day began"),
        Lost(TOTAL_DRAWDOWN, rules.total_drawdown, max(account.peak, equity), "at its peak"),
    )  # fmt: skip
    scope = (Scope.STRATEGY, account.strategy)
    by_equity, counted = _by_equity(lost, equity, pulse.counted_from, scope, at)
    tripped = [*_by_trades(account, rules, at, sold), *by_equity]
    if not tripped and counted == pulse.counted_from:
        return account
    protections, fresh = _added(account.protections, tripped)
    counted = _counted(counted, fresh, equity)
    if not fresh and counted == pulse.counted_from:
        return account
    return replace(account, protections=protections, pulse=replace(pulse, counted_from=counted))


def begin_house(
    house: House, equity: Decimal, deposits: Decimal, cycle_id: int, at: datetime
) -> House:
    """Begin a new day with the equity entered with; money paid in or out is no profit or loss."""
    paid_in, today = deposits - house.deposits, cycle_id // MINUTES_PER_DAY
    holding = tuple(p for p in house.protections if p.holds(at))
    if not paid_in and house.day == today and len(holding) == len(house.protections):
        return house
    day, day_equity, counted = house.day, house.day_equity + paid_in, house.counted_from
    if day != today:
        day, day_equity = today, equity
        counted = tuple(c for c in counted if c[0] != DAILY_DRAWDOWN)
    return replace(
        house,
        day=day,
        day_equity=day_equity,
        peak=house.peak + paid_in,
        deposits=deposits,
        counted_from=counted,
        protections=holding,
    )


def judge_house(
    house: House,
    rules: ProtectionRules,
    equity: Decimal,
    faults: Iterable[VenueFault],
    at: datetime,
) -> House:
    """The house with the protections that trip now, and what it keeps of its venues' failures."""
    faults = tuple(faults)
    failed = {fault.venue: fault.reason for fault in faults}
    before = dict(house.venue_faults)
    counts = {venue: before.get(venue, 0) + 1 for venue in sorted(failed)}
    lost = (
        Lost(DAILY_DRAWDOWN, rules.daily_drawdown, house.day_equity, "as the day began"),
        Lost(TOTAL_DRAWDOWN, rules.total_drawdown, max(house.peak, equity), "at its peak"),
    )
    by_equity, counted = _by_equity(lost, equity, house.counted_from, (Scope.HOUSE, ""), at)
    tripped = [*_unhealthy(counts, failed, rules, at), *by_equity]
    if not tripped and not counts and not before and counted == house.counted_from:
        return house
    protections, fresh = _added(house.protections, tripped)
    return replace(
        house,
        protections=protections,
        venue_faults=tuple(counts.items()),
        breakers=next_breakers(house.breakers, faults, at),
        counted_from=_counted(counted, fresh, equity),
    )


def next_day(at: datetime) -> datetime:
    """The next midnight UTC."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _by_trades(
    account: Account, rules: ProtectionRules, at: datetime, sold: Iterable[ClosedTrade]
) -> Iterator[Protection]:
    just = account.pulse.closed.of_minute(at)
    if not just:
        return
    closed = list(account.pulse.closed)
    strategy = (Scope.STRATEGY, account.strategy)
    losses = _losing_run(closed)
    if rules.losses_in_a_row is not None and losses >= rules.losses_in_a_row:
        reason = f"{losses} losing trades in a row, {rules.losses_in_a_row} are the limit"
        yield _pause(LOSSES_IN_A_ROW, strategy, reason, at, rules.losses_pause_minutes)
    judged = closed[-rules.win_rate_after :] if rules.win_rate_after is not None else []
    if rules.win_rate_after is not None and len(judged) == rules.win_rate_after:
        won = sum(trade.profit > 0 for trade in judged)
        if won < rules.win_rate_floor * len(judged):
            reason = f"{won} of the last {len(judged)} trades won, under {rules.win_rate_floor:.0%}"
            yield _pause(LOW_WIN_RATE, strategy, reason, at, rules.win_rate_pause_minutes)
    if rules.market_pause_minutes is not None:
        for market, trade in _losing_markets(just, sold).items():
            reason = f"{-trade.profit:.2f} dollars were just lost in {market} ({trade.reason})"
            where = (Scope.MARKET, market)
            yield _pause(MARKET_COOLDOWN, where, reason, at, rules.market_pause_minutes)


def _losing_run(closed: Sequence[Remembered]) -> int:
    run = 0
    for trade in reversed(closed):
        if trade.profit >= 0:
            break
        run += 1
    return run


def _losing_markets(
    just: Iterable[Remembered], sold: Iterable[ClosedTrade]
) -> dict[MarketId, Remembered]:
    """Markets that go on and in which a trade just lost."""
    names = {short_name(trade.market_id): trade.market_id for trade in sold}
    lost = [trade for trade in just if trade.profit < 0 and trade.reason != SETTLEMENT]
    return {names[trade.market]: trade for trade in lost if trade.market in names}


def _unhealthy(
    counts: Mapping[str, int], failed: Mapping[str, str], rules: ProtectionRules, at: datetime
) -> Iterator[Protection]:
    most = rules.venue_faults_in_a_row
    for venue, count in counts.items():
        if most is not None and count >= most:
            reason = f"{venue} failed in {count} cycles in a row, {most} are the limit: "
            where = (Scope.VENUE, venue)
            yield _pause(
                VENUE_UNHEALTHY, where, reason + failed[venue], at, rules.venue_pause_minutes
            )


def _by_equity(
    lost: Iterable[Lost], equity: Decimal, counted: Counted, scope: tuple[Scope, str], at: datetime
) -> tuple[list[Protection], Counted]:
    """What trips, and the starting points that still count: equity back at the start ends one."""
    tripped, points, whose = [], dict(counted), "house equity" if not scope[1] else "equity"
    for rule in lost:
        if equity >= rule.start:
            points.pop(rule.rule, None)
        start = points.get(rule.rule, rule.start)
        if rule.share is None or start <= 0 or start - equity < rule.share * start:
            continue
        words = rule.words if start == rule.start else "as the rule tripped before"
        reason = (
            f"{whose} of {equity:.2f} is {(start - equity) / start:.1%} below {start:.2f} {words}, "
            f"{rule.share:.1%} is the limit"
        )
        tripped.append(Protection(rule.rule, *scope, reason, at, rule.releases_at(at)))
    return tripped, tuple(points.items())


def _pause(
    rule: str, scope: tuple[Scope, str], reason: str, at: datetime, minutes: int
) -> Protection:
    return Protection(rule, *scope, reason, at, at + timedelta(minutes=minutes))


def _added(
    holding: tuple[Protection, ...], tripped: Iterable[Protection]
) -> tuple[tuple[Protection, ...], list[Protection]]:
    known = {(p.rule, p.scope, p.subject) for p in holding}
    fresh = [p for p in tripped if (p.rule, p.scope, p.subject) not in known]
    return (*holding, *fresh), fresh


def _counted(counted: Counted, fresh: Iterable[Protection], equity: Decimal) -> Counted:
    rules = {HOURLY_LOSS, DAILY_DRAWDOWN, TOTAL_DRAWDOWN}
    return tuple({**dict(counted), **{p.rule: equity for p in fresh if p.rule in rules}}.items())
