"""The views of the Risk & control page: limits and their use, protections, refusals."""

from chalicelib.domain.cycle import Config
from chalicelib.domain.in_force import in_force, whose
from chalicelib.domain.portfolio import Account
from chalicelib.operations import reading
from chalicelib.operations.listed import listed_markets
from chalicelib.operations.protections import market_time, release_protection, tripped
from chalicelib.operations.refusals import RECENT_CYCLES, list_refusals, recent_refusals
from chalicelib.operations.risk import WantedRisk
from chalicelib.operations.risk import change_risk as store_risk
from chalicelib.web import cursor, wire
from chalicelib.web.http import Call
from chalicelib.web.limit_use import limit_uses
from chalicelib.web.risk_present import exit_statistics, protection_view, refusal_view


async def risk(call: Call) -> wire.Risk:
    """Everything that bounds trading, and how much of it is used."""
    from chalicelib.strategies import discover  # noqa: PLC0415 - numpy, only when asked

    overview = await reading.read_overview(call.office.table)
    discover()
    config, markets = overview.config, await listed_markets(call.office.archive, overview)
    uses = limit_uses(overview.accounts, config, overview.house, overview.last_cycle or 0, markets)
    refused = await recent_refusals(
        call.office.table, overview.last_cycle, RECENT_CYCLES, call.office.now
    )
    return wire.Risk(
        market_time=market_time(overview),
        house=uses[""],
        strategies=[_strategy(config, a, uses[a.strategy]) for a in overview.accounts],
        protections=[protection_view(t) for t in tripped(overview)],
        refusals=refused,
        paused_venues=list(config.paused_venues),
        version=config.version,
        house_settings=config.house.model_dump(mode="json"),
        quality_settings=config.quality.model_dump(mode="json"),
    )


def _strategy(config: Config, account: Account, uses: list[wire.LimitUse]) -> wire.StrategyRisk:
    name, stored = account.strategy, config.setting(account.strategy)
    setting = in_force(config).setting(name)
    return wire.StrategyRisk(
        strategy=name,
        limits=uses,
        exits=setting.exit_rules.model_dump(mode="json"),
        sizing=setting.entry_sizing.model_dump(mode="json"),
        exit_reasons=exit_statistics(account),
        settings=config.limits_of(name).model_dump(mode="json"),
        protections=config.protections_of(name).model_dump(mode="json"),
        borrow=setting.borrow.model_dump(mode="json"),
        exits_from=whose(stored.exits),
        sizing_from=whose(stored.sizing),
    )


async def change_risk(call: Call) -> wire.Risk:
    """Set limits, exits, sizing, protections, data-quality rules or paused venues."""
    body: wire.RiskChange = call.body
    wanted = WantedRisk(
        body.version,
        call.actor,
        body.reason,
        body.strategy,
        body.house,
        body.limits,
        body.exits,
        body.sizing,
        body.protections,
        body.paused_venues,
        call.headers.get("idempotency-key"),
        borrow=body.borrow,
        quality=body.quality,
        own=body.own,
    )
    await store_risk(call.office.table, wanted, call.office.now)
    return await risk(call)


async def refusals(call: Call) -> wire.Page[wire.RefusalView]:
    """Orders that were not made."""
    query: wire.PageQuery = call.query
    overview = await reading.read_overview(call.office.table)
    listing = await list_refusals(
        call.office.table,
        overview.last_cycle,
        query.limit,
        cursor.verify(query.cursor, call.token, "refusals"),
        call.office.now,
    )
    return wire.Page[wire.RefusalView](
        items=[refusal_view(entry) for entry in listing.items],
        next=cursor.sign(listing.cursor, call.token, "refusals"),
    )


async def release(call: Call) -> wire.ProtectionView:
    """Let a tripped protection go."""
    body: wire.Release = call.body
    released = await release_protection(
        call.office.table,
        call.params["protection_id"],
        call.actor,
        body.reason,
        call.office.now,
        call.headers.get("idempotency-key"),
    )
    return protection_view(released)
