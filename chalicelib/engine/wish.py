"""Run the strategies over the tape: what each would like to buy and to leave now."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.domain.cycle import Config, StrategyFault
from chalicelib.domain.errors import TesterError
from chalicelib.domain.market import InstrumentId
from chalicelib.domain.order import OrderTerms
from chalicelib.domain.portfolio import Account
from chalicelib.domain.signal import Basket, Signals
from chalicelib.domain.strategy import Strategy, build_strategy
from chalicelib.domain.tape import Tape


@dataclass(frozen=True, slots=True)
class Wishes:
    """One strategy's wishes now: baskets to enter, best edge first, and instruments to leave.

    ``exit_terms`` are those exits that are to rest instead of being sold at once; ``exit_inputs``
    are the numbers that the exits were decided on.
    """

    entries: tuple[Basket, ...]
    exits: Mapping[InstrumentId, str]
    exit_terms: Mapping[InstrumentId, OrderTerms] = field(default_factory=dict)
    exit_inputs: Mapping[InstrumentId, dict[str, float]] = field(default_factory=dict)


def active_strategies(
    config: Config, registry: Mapping[str, type[Strategy]]
) -> tuple[dict[str, Strategy], list[StrategyFault]]:
    """The strategies that the operator enabled, built; one that cannot be built is a fault."""
    built: dict[str, Strategy] = {}
    faults = []
    for name in sorted(set(registry) | set(config.strategies)):
        setting = config.setting(name)
        if not setting.enabled:
            continue
        try:
            built[name] = build_strategy(name, setting.params, registry)
        except TesterError as exc:
            faults.append(StrategyFault(name, f"{exc.message}. {exc.hint}".strip()))
    return built, faults


def wish(
    strategies: Mapping[str, Strategy], tape: Tape
) -> tuple[dict[str, Wishes], list[StrategyFault]]:
    """Ask every strategy about the newest row; one that raises is a fault, the others go on."""
    wishes: dict[str, Wishes] = {}
    faults = []
    lookbacks = {strategy.lookback for strategy in strategies.values()}
    newest = {n: tape.rows(max(0, len(tape) - n), len(tape)) for n in lookbacks}
    for name, strategy in strategies.items():
        recent = newest[strategy.lookback]
        try:
            signals = strategy.signals(recent)
            wishes[name] = _newest(signals, recent)
        except Exception as exc:  # noqa: BLE001 - a strategy may raise anything; the rest go on
            faults.append(StrategyFault(name, f"{type(exc).__name__}: {exc}"))
    return wishes, faults


def _newest(signals: Signals, tape: Tape) -> Wishes:
    return Wishes(
        tuple(signals.entries(tape)),
        signals.exits(tape),
        signals.exit_terms(tape),
        signals.exit_inputs(tape),
    )


def instruments_to_trade(
    wishes: Mapping[str, Wishes], accounts: Mapping[str, Account], most: int
) -> list[InstrumentId]:
    """Instruments whose books are needed: what is to be left, then the best ``most`` baskets."""
    wanted: dict[InstrumentId, None] = {}
    for name, wished in wishes.items():
        held = accounts[name].positions if name in accounts else {}
        for instrument_id in wished.exits:
            if instrument_id in held:
                wanted[instrument_id] = None
        fresh = (b for b in wished.entries if not is_held(b, held))
        for basket, _ in zip(fresh, range(most), strict=False):
            wanted.update((leg.instrument_id, None) for leg in basket.legs)
    return sorted(wanted)


def is_held(basket: Basket, held: Mapping[InstrumentId, object]) -> bool:
    """Whether any leg of the basket is held already: positions are not added to."""
    return any(leg.instrument_id in held for leg in basket.legs)
