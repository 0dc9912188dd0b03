"""Settings that are harsher than the usual one, each in a way of its own."""

from collections.abc import Mapping
from dataclasses import replace

from bot.simulator.faults import RATES, Fault, harsher
from bot.simulator.setting import FREE, ROOMY, Setting
from bot.simulator.strategies import many_coins
from chalicelib.domain.protection import unprotected

HARSH = harsher(4)
OPERATED: Mapping[Fault, float] = {
    **HARSH,
    Fault.CONTROL_CHANGED: 0.3,
    Fault.CONTROL_MISSING: 0.1,
    Fault.CONTROL_GARBLED: 0.2,
}
USUAL = replace(FREE, rates=HARSH, replay_every=3, span=8, params={"one_in": 5})
OPERATORS = replace(FREE, rates=OPERATED, replay_every=1000, span=8, params={"one_in": 5})
FORGETFUL = replace(FREE, rates={Fault.CONTROL_MISSING: 0.3}, replay_every=1000, quiet_every=20)
# Longer windows than every cycle keeps for judging jumps, or nothing would be too short.
RESET = replace(FREE, rates={**RATES, Fault.CONFIG_CHANGED: 0.3}, replay_every=1, longest_window=24)
CHUNKED = replace(
    FREE,
    registry=many_coins(10),
    slots=12,
    span=8,
    rates={**HARSH, Fault.CONTROL_CHANGED: 0.15, Fault.DUPLICATE: 0.5, Fault.DEATH: 0.3},
    replay_every=1000,
    params={"one_in": 2, "window": 1},
)
CROWDED = replace(
    FREE,
    registry=many_coins(1),
    slots=60,
    span=6,
    together=True,
    depth=4000,
    rates=RATES,
    replay_every=1000,
    params={"one_in": 1, "window": 1},
    limits=ROOMY.model_copy(update={"max_open_positions": 500, "max_orders_per_cycle": 80}),
)

BUSY = Setting(
    rates={**RATES, Fault.CONTROL_CHANGED: 0.05},
    replay_every=1000,
    span=12,
    params={"one_in": 6},
)
SHARED = replace(BUSY, protections=unprotected())
"""Nothing but limits keeps the accounts from entering."""
PARTLY = replace(BUSY, rates={Fault.VENUE_PARTIAL: 0.3}, params={"one_in": 3}, span=24)
