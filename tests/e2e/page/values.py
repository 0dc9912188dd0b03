"""Synthetic answers of the API, made with the wire models so that the shapes cannot drift."""

import math
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from chalicelib.domain.control import ControlState
from chalicelib.web import wire

STRATEGIES = ("mean-reversion", "momentum", "yes-no-arbitrage")
FIRST_CYCLE = 30_000_000
START = Decimal(10_000)
SCRIPT = '<img src=x onerror="window.attacked=1"><script>window.attacked=1</script>'


def cycle_time(cycle_id: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=cycle_id)


def cents(value: float) -> Decimal:
    return Decimal(str(round(value, 2)))


def equity_of(strategy: str, cycle_id: int) -> Decimal:
    """A smooth made-up curve per strategy; nothing like it comes from a market."""
    n, slot = cycle_id - FIRST_CYCLE, STRATEGIES.index(strategy)
    wave = math.sin(n / (9 + 4 * slot)) * (7 + 5 * slot) + math.sin(n / 2.3 + slot) * 1.6
    return START + cents((wave + n * (0.11, -0.05, 0.16)[slot]) if n else 0)


def control(state: ControlState = ControlState.RUNNING, version: int = 3) -> wire.ControlView:
    return wire.ControlView(
        state=state,
        version=version,
        reason="synthetic reason",
        actor="test-operator",
        changed_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    )


def cycle(cycle_id: int, committed_at: datetime, **changes: object) -> wire.CycleView:
    fills = (0, 2, 0, 0, 1)[cycle_id % 5]
    values: dict[str, object] = {
        "cycle_id": cycle_id,
        "scheduled_for": cycle_time(cycle_id),
        "committed_at": committed_at,
        "outcome": "committed",
        "trigger": "schedule",
        "control": "RUNNING",
        "reason": "",
        "markets": 18,
        "quotes": 36,
        "fills": fills,
        "settlements": int(cycle_id % 15 == 0),
        "refusals": {"no_depth": 3, "max_exposure": 1} if cycle_id % 3 == 0 else {},
        "faults": [],
        "duration_ms": 180 + cycle_id * 37 % 90,
    }
    return wire.CycleView.model_validate(values | changes)


def account(strategy: str, cycle_id: int, trades: int) -> wire.AccountView:
    equity = equity_of(strategy, cycle_id)
    return wire.AccountView(
        strategy=strategy,
        starting_cash=START,
        cash=equity - 200,
        equity=equity,
        profit=equity - START,
        realised=equity - START,
        unrealised=Decimal(0),
        fees=Decimal("1.37"),
        trades=trades,
        positions=1,
        drawdown=Decimal("0.0042"),
        locked=Decimal(200 if strategy == "yes-no-arbitrage" else 0),
        enabled=True,
        paused=strategy == "momentum",
        version=7,
    )


def position(strategy: str, title: str, unrealised: str, **ends: datetime) -> wire.PositionView:
    return wire.PositionView(
        strategy=strategy,
        instrument_id=f"recorded:{strategy}",
        market_id="synthetic",
        title=title,
        size=Decimal("412.5"),
        cost=Decimal(200),
        average_cost=Decimal("0.484848"),
        mark=Decimal("0.51"),
        mid=Decimal("0.515"),
        marked_at=cycle_time(FIRST_CYCLE),
        value=Decimal(200),
        unrealised=Decimal(unrealised),
        opened_at=cycle_time(FIRST_CYCLE),
        **ends,
    )


def positions() -> list[wire.PositionView]:
    return [
        position("mean-reversion", "Synthetic market A: does the line end higher? Yes", "10.38"),
        position(
            "momentum", "Synthetic market B: does the line end lower? No", "-4.10",
            closes_at=cycle_time(FIRST_CYCLE + 5000),
        ),
        position(
            "yes-no-arbitrage", f"Synthetic market C {SCRIPT}", "0",
            closes_at=cycle_time(FIRST_CYCLE), locked_since=cycle_time(FIRST_CYCLE),
        ),
    ]  # fmt: skip


def state(
    cycle_id: int, committed_at: datetime, switch: wire.ControlView, market: wire.MarketClock
) -> wire.State:
    accounts = [account(name, cycle_id, 40 + index) for index, name in enumerate(STRATEGIES)]
    total = sum((each.equity for each in accounts), Decimal(0))
    return wire.State.model_validate(
        {
            "stage": "test",
            "market": market,
            "control": switch,
            "last_cycle": cycle(cycle_id, committed_at),
            "accounts": accounts,
            "positions": positions(),
            "equity": total,
            "starting_cash": START * 3,
            "profit": total - START * 3,
            "open_cost": Decimal(600),
            "now": datetime.now(UTC),
        }
    )


def empty_state(mode: str) -> wire.State:
    nothing = wire.ControlView(
        state=ControlState.KILLED,
        version=0,
        reason="no control row",
        actor="system",
        changed_at=None,
    )
    return wire.State.model_validate(
        {
            "stage": "test",
            "market": {"mode": mode, "venues": ["recorded"], "note": "Synthetic."},
            "control": nothing,
            "last_cycle": None,
            "accounts": [],
            "positions": [],
            "equity": Decimal(0),
            "starting_cash": Decimal(0),
            "profit": Decimal(0),
            "open_cost": Decimal(0),
            "now": datetime.now(UTC),
        }
    )


def equity_points(last: int, count: int) -> list[wire.EquityPoint]:
    return [
        wire.EquityPoint(
            cycle_id=each,
            at=cycle_time(each),
            equity={name: equity_of(name, each) for name in STRATEGIES},
        )
        for each in range(max(FIRST_CYCLE, last - count + 1), last + 1)
    ]


ACTIVITY = (
    ("trade", "mean-reversion", "Bought 412.5 Yes at 0.485: 2.3 deviations below its mean of 20"),
    ("trade", "yes-no-arbitrage", "Bought both sides for 0.981 after fees: 1.9 cents are certain"),
    ("settlement", "momentum", "Synthetic market D resolved No: paid $214.00 for 214 contracts"),
    ("fault", None, "recorded: the tape has no book for synthetic market E in this minute"),
    ("trade", "momentum", "Sold 180 Yes at 0.612: the rise of the last 12 minutes is over"),
    ("control", None, "test-operator set RUNNING, version 3: synthetic reason"),
    ("strategy", "momentum", "test-operator paused momentum"),
)


SAW = {"deviations": -2.3, "mean_of_20": 0.512345, "bid": 0.48, "ask": 0.485, "edge": 0.0214}


def activity(last: int) -> list[wire.ActivityView]:
    """The newest cycles: what happened in one of them stays what it is."""
    return [happened(last - n) for n in range(3 * len(ACTIVITY))]


def happened(cycle_id: int) -> wire.ActivityView:
    kind, strategy, text = ACTIVITY[(FIRST_CYCLE + 240 - cycle_id) % len(ACTIVITY)]
    return wire.ActivityView.model_validate(
        {
            "at": cycle_time(cycle_id),
            "kind": kind,
            "cycle_id": cycle_id,
            "strategy": strategy,
            "text": text,
            "inputs": SAW if kind == "trade" else {},
        }
    )


def detail(cycle_id: int) -> wire.CycleDetail:
    decisions = [
        {
            "kind": "fill",
            "strategy": "mean-reversion",
            "text": ACTIVITY[0][2],
            "size": "412.5",
            "price": "0.485",
            "fee": "1.37",
            "inputs": SAW,
        },
        {
            "kind": "refusal",
            "strategy": "momentum",
            "code": "max_exposure",
            "text": "Half of the equity is at work already: 5,012.00 of 5,000.00",
        },
    ]
    common = {"instrument_id": "recorded:a", "title": f"Synthetic market A {SCRIPT}"}
    return wire.CycleDetail.model_validate(
        {
            "cycle": cycle(cycle_id, cycle_time(cycle_id)),
            "decisions": [wire.DecisionView.model_validate(common | each) for each in decisions],
            "record_key": f"cycles/{cycle_id}.json.gz",
        }
    )
