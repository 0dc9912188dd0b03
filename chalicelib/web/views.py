"""One function per endpoint: read or change, then present. Named as in the contract."""

import os
from dataclasses import replace
from typing import Literal

from chalicelib.domain.control import Control, ControlState
from chalicelib.domain.cycle import CYCLE_SECONDS, CycleReport
from chalicelib.domain.errors import InputError, NotFoundError, StoreError
from chalicelib.domain.money import ZERO
from chalicelib.domain.origin import Origin
from chalicelib.operations import control as control_operations
from chalicelib.operations import reading
from chalicelib.operations.meaning import control_note
from chalicelib.operations.protections import market_time
from chalicelib.settings import Settings
from chalicelib.web import cursor, present, wire
from chalicelib.web.account_present import account_view, position_view
from chalicelib.web.account_views import (
    cancel_order,
    fund_account,
    orders,
    reset_account,
    set_exits,
)
from chalicelib.web.http import Call
from chalicelib.web.matching_views import decide_match, matches
from chalicelib.web.quality_views import quality
from chalicelib.web.risk_views import change_risk, refusals, release, risk
from chalicelib.web.strategy_views import change_strategy, strategies
from chalicelib.web.system_views import system

__all__ = [
    "cancel_order",
    "change_risk",
    "change_strategy",
    "decide_match",
    "fund_account",
    "matches",
    "orders",
    "quality",
    "refusals",
    "release",
    "reset_account",
    "risk",
    "set_exits",
    "strategies",
    "system",
]

HEALTHY_AGE_SECONDS = 5 * CYCLE_SECONDS


async def health(call: Call) -> wire.Health:
    """Alive means that a cycle was committed within the last five minutes."""
    committed = await reading.last_commit(call.office.table)
    age = (call.office.now - committed).total_seconds() if committed else None
    ok = age is not None and age <= HEALTHY_AGE_SECONDS
    return wire.Health(ok=ok, age_seconds=age, last_cycle_at=committed)


async def session(call: Call) -> wire.Session:
    """Who the bearer is."""
    if call.token is None:
        raise InputError("this call has no token", "Send one.")
    return wire.Session(
        label=call.token.label, role=call.token.role, expires_at=call.token.expires_at
    )


async def state(call: Call) -> wire.State:
    """The overview."""
    overview = await reading.read_overview(call.office.table)
    last = None
    if overview.last_cycle is not None:
        last = await reading.read_cycle(call.office.table, overview.last_cycle, call.office.now)
    accounts, at = overview.accounts, market_time(overview)
    equity = sum((a.equity for a in accounts), ZERO)
    deposits = sum((a.starting_cash for a in accounts), ZERO)
    positions = [(a.strategy, p) for a in accounts for p in a.positions.values()]
    return wire.State(
        stage=call.office.settings.stage,
        market=_market_clock(call, last),
        control=present.control_view(overview.control, control_note(overview)),
        last_cycle=present.cycle_view(last) if last else None,
        accounts=[account_view(a, overview.config, at) for a in accounts],
        positions=[position_view(name, p, at) for name, p in positions],
        equity=equity,
        starting_cash=deposits,
        profit=equity - deposits,
        open_cost=sum((p.cost for _, p in positions), ZERO),
        now=call.office.now,
    )


def _market_clock(call: Call, last: CycleReport | None) -> wire.MarketClock:
    """Which time the markets are on; what is not live by its own account is never called that."""
    settings = call.office.settings
    origins = {} if last is None else last.origins
    others = [f"{v}: {o}" for v, o in origins.items() if o is not Origin.LIVE]
    note = "" if not others else f"Data that is not live: {', '.join(others)}"
    if settings.is_replay:
        from chalicelib.venues.recorded import tape_note  # noqa: PLC0415 - only a replay needs it

        note = tape_note(os.environ)
    clock = settings.market_clock
    if settings.lineage == "simulated":
        note = "These markets are made up on this machine: no price here was ever real."
        note += "" if clock is None else f" Their clock runs {clock.pace:g} times as fast as ours."
    return wire.MarketClock(
        mode=_mode(settings, others),
        venues=list(settings.venues),
        note=note,
        pace=0 if settings.is_replay else clock.pace if clock else 1,
        anchor=clock.anchor if clock else None,
        origins={venue: origin.value for venue, origin in origins.items()},
    )


def _mode(settings: Settings, others: list[str]) -> Literal["live", "replay", "simulated"]:
    if settings.lineage == "simulated":
        return "simulated"
    return "replay" if settings.is_replay or others else "live"


async def control(call: Call) -> wire.ControlView:
    """The switch."""
    return await _noted(call, await control_operations.read_control(call.office.table))


async def _noted(call: Call, control: Control) -> wire.ControlView:
    """The switch with its note; a switch that works must not fail over unreadable accounts."""
    try:
        overview = await reading.read_overview(call.office.table)
    except StoreError:
        return present.control_view(control)
    return present.control_view(control, control_note(replace(overview, control=control)))


async def change_control(call: Call) -> wire.ControlView:
    """Run, pause, flatten or kill."""
    body: wire.ControlChange = call.body
    if body.state == "FLATTENING" and body.confirm != "flatten":
        raise InputError(
            "to flatten closes every position at book prices", "Send 'confirm': 'flatten'."
        )
    wanted = control_operations.WantedControl(
        ControlState(body.state),
        body.reason,
        call.actor,
        body.version,
        call.headers.get("idempotency-key"),
    )
    changed = await control_operations.change_control(call.office.table, wanted, call.office.now)
    return await _noted(call, changed)


async def accounts(call: Call) -> wire.Page[wire.AccountView]:
    """All accounts."""
    overview = await reading.read_overview(call.office.table)
    return wire.Page[wire.AccountView](
        items=[account_view(a, overview.config, market_time(overview)) for a in overview.accounts]
    )


async def positions(call: Call) -> wire.Page[wire.PositionView]:
    """All positions."""
    overview = await reading.read_overview(call.office.table)
    return wire.Page[wire.PositionView](
        items=[
            position_view(a.strategy, p, market_time(overview))
            for a in overview.accounts
            for p in a.positions.values()
        ]
    )


async def trades(call: Call) -> wire.Page[wire.TradeView]:
    """Fills and settlements."""
    query: wire.TradeQuery = call.query
    names = [query.strategy] if query.strategy else await _traded(call)
    listing = await reading.list_trades(
        call.office.table, names, query.limit, _place(call, query.cursor, "trades")
    )
    return wire.Page[wire.TradeView](
        items=[present.trade_view(trade) for trade in listing.items],
        next=cursor.sign(listing.cursor, call.token, "trades"),
    )


async def _traded(call: Call) -> list[str]:
    overview = await reading.read_overview(call.office.table)
    return [account.strategy for account in overview.accounts]


async def activity(call: Call) -> wire.Page[wire.ActivityView]:
    """What happened and why."""
    query: wire.PageQuery = call.query
    listing = await reading.list_activity(
        call.office.table, query.limit, _place(call, query.cursor, "activity"), call.office.now
    )
    return wire.Page[wire.ActivityView](
        items=[present.activity_view(entry) for entry in listing.items],
        next=cursor.sign(listing.cursor, call.token, "activity"),
    )


async def equity(call: Call) -> wire.Page[wire.EquityPoint]:
    """Equity at the newest committed cycles, oldest first."""
    query: wire.EquityQuery = call.query
    listing = await _cycles(call, query.points, None)
    points = [
        wire.EquityPoint(cycle_id=r.cycle_id, at=r.scheduled_for, equity=r.equity)
        for r in reversed(listing.items)
    ]
    return wire.Page[wire.EquityPoint](items=points)


async def cycles(call: Call) -> wire.Page[wire.CycleView]:
    """Committed cycles."""
    query: wire.PageQuery = call.query
    listing = await _cycles(call, query.limit, _place(call, query.cursor, "cycles"))
    return wire.Page[wire.CycleView](
        items=[present.cycle_view(report) for report in listing.items],
        next=cursor.sign(listing.cursor, call.token, "cycles"),
    )


async def _cycles(call: Call, limit: int, place: str | None) -> reading.Listing:
    overview = await reading.read_overview(call.office.table)
    return await reading.list_cycles(
        call.office.table, overview.last_cycle, limit, place, call.office.now
    )


async def cycle(call: Call) -> wire.CycleDetail:
    """One cycle, with its decisions read back from its record."""
    from chalicelib.engine.record import read_record  # noqa: PLC0415 - numpy, only when asked

    wanted = call.params["cycle_id"]
    if not wanted.isdecimal() or len(wanted) > 10:
        raise InputError(f"cycle {wanted!r} is not a number", "`GET /v1/cycles` lists them.")
    report = await reading.read_cycle(call.office.table, int(wanted), call.office.now)
    if report is None or report.record_key is None:
        raise NotFoundError(f"no cycle {wanted} was committed", "`GET /v1/cycles` lists them.")
    record = await read_record(call.office.archive, report.record_key)
    return wire.CycleDetail(
        cycle=present.cycle_view(report),
        decisions=present.decision_views(record),
        record_key=report.record_key,
    )


def _place(call: Call, sent: str | None, path: str) -> str | None:
    return cursor.verify(sent, call.token, path)
