"""What the last cycle saw listed, for the one limit that must know it."""

from chalicelib.domain.market import InstrumentId, Market
from chalicelib.operations.reading import Overview
from chalicelib.ports import Archive


async def listed_markets(archive: Archive, overview: Overview) -> dict[InstrumentId, Market]:
    """Markets by instrument, from the last record; nothing unless a limit asks what excludes what.

    Reading a record takes longer than all else on the page, and few set such a limit.
    """
    config = overview.config
    limits = [config.house, *(config.limits_of(a.strategy) for a in overview.accounts)]
    held = any(account.positions for account in overview.accounts)
    asked = any(limit.max_group_exposure is not None for limit in limits)
    if not held or not asked or overview.record_key is None:
        return {}
    from chalicelib.engine.record import read_record  # noqa: PLC0415 - numpy, only when asked

    record = await read_record(archive, overview.record_key)
    listed = record.observation.markets.values()
    return {o.instrument_id: market for market in listed for o in market.outcomes}
