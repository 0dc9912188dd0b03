"""Orders that wait across cycles of the real tape: filled by later books, and replayed exactly."""

import asyncio
from functools import cache

import numpy as np

from bot.simulator.memory import MemoryArchive, MemoryTable
from chalicelib.aws import rows
from chalicelib.domain.cycle import (
    Config,
    CycleOutcome,
    ScheduledEvent,
    StrategySetting,
    cycle_time,
)
from chalicelib.domain.fee import Liquidity
from chalicelib.domain.order import Fill, OrderType, TimeInForce
from chalicelib.domain.risk import RiskLimits
from chalicelib.domain.signal import Signals
from chalicelib.domain.strategy import Strategy, StrategyParams
from chalicelib.domain.tape import Tape
from chalicelib.engine.cycle import run_cycle
from chalicelib.engine.record import replay
from chalicelib.venues.recorded import TAPE_START
from chalicelib.venues.recorded.client import open_venue
from tests.builders import SetClock, running_table, runtime

CYCLES = 40


class Patient(Strategy):
    """Bid where others bid already, and offer what was bought five cents higher."""

    name = "patient"

    class Params(StrategyParams):
        """None."""

    @property
    def lookback(self) -> int:
        """The newest quotes are enough."""
        return 1

    def signals(self, tape: Tape) -> Signals:
        """Rest on both sides of every market that is not decided yet."""
        open_ = (tape.bid > 0.2) & (tape.ask < 0.8)
        worth = np.full(tape.bid.shape, 0.05)
        return Signals(
            entry=open_,
            exit=open_,
            edge=worth,
            confidence=np.ones(tape.bid.shape),
            entry_reason="patience",
            exit_reason="five cents",
            order_type=OrderType.LIMIT,
            time_in_force=TimeInForce.GTD,
            minutes_to_live=5,
            limit_price=tape.bid,
            exit_limit_price=tape.bid + 0.05,
        )


@cache
def lived() -> tuple[MemoryTable, MemoryArchive, tuple[str, ...]]:
    """Forty minutes of the tape through the real cycle, with the keys of its records."""
    config = Config({"patient": StrategySetting()}, RiskLimits(), 1)
    table, archive, clock = running_table(config), MemoryArchive(), SetClock()
    machine = runtime(table, archive, open_venue({}), {"patient": Patient}, clock)

    async def run() -> list[str]:
        first = int(TAPE_START.timestamp()) // 60
        keys = []
        for cycle in range(first, first + CYCLES):
            clock.shown = cycle_time(cycle)
            done = await run_cycle(
                ScheduledEvent(clock.shown, clock.shown, "a test"), "us", machine
            )
            assert done.outcome is CycleOutcome.COMMITTED
            keys.append(str(done.record_key))
        return keys

    return table, archive, tuple(asyncio.run(run()))


def fills() -> list[Fill]:
    stored = lived()[0].rows[rows.trades_partition("patient")]
    trades = [rows.trade_from(item) for _, item in sorted(stored.items())]
    return [trade for trade in trades if isinstance(trade, Fill)]


def test_waiting_orders_get_their_books_fetched_and_fill_across_cycles() -> None:
    makes = [fill for fill in fills() if fill.liquidity is Liquidity.MAKER]
    assert {fill.side for fill in makes} == {"buy", "sell"}
    assert all(fill.fee == 0 and len(fill.matches) == 1 for fill in makes)


def test_cycles_with_waiting_orders_are_decided_again_bit_for_bit() -> None:
    _, archive, keys = lived()
    for key in keys[1::6]:
        again = asyncio.run(replay(archive, key, {"patient": Patient}))
        assert again.identical, key
