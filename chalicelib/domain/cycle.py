"""One run of the trading cycle: what it saw, what it decided, what it reports."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cached_property, lru_cache

from chalicelib.domain.book import OrderBook, Quote
from chalicelib.domain.borrow import BorrowModel
from chalicelib.domain.consensus import Consensus
from chalicelib.domain.control import Control
from chalicelib.domain.exits import ExitRules
from chalicelib.domain.fault import VenueFault
from chalicelib.domain.house import House
from chalicelib.domain.market import InstrumentId, Market, MarketId, Resolution
from chalicelib.domain.order import Fill, Refusal, Settlement
from chalicelib.domain.origin import Origin
from chalicelib.domain.portfolio import Account
from chalicelib.domain.protection import ProtectionRules
from chalicelib.domain.quality import Doubted, QualityRules, VenueQuality
from chalicelib.domain.quarantine import Quarantined
from chalicelib.domain.reference import ReferencePrice
from chalicelib.domain.risk import HouseLimits, RiskLimits
from chalicelib.domain.sizing import Sizing
from chalicelib.domain.usage import HostUsage

RECORD_SCHEMA = 1
CYCLE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class ScheduledEvent:
    """The tick that starts a cycle. ``sent_at`` is when it was sent, on the wall clock.

    ``scheduled_for`` is on the market's clock: the same as ``sent_at`` with live venues, the
    tape's own time in a replay.
    """

    scheduled_for: datetime
    sent_at: datetime
    trigger: str

    @property
    def cycle_id(self) -> int:
        """Whole minutes since 1970 of the scheduled time: every delivery of it agrees."""
        return int(self.scheduled_for.timestamp()) // CYCLE_SECONDS


@lru_cache(maxsize=256)
def cycle_time(cycle_id: int) -> datetime:
    """The scheduled time of a cycle."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=cycle_id * CYCLE_SECONDS)


class CycleOutcome(StrEnum):
    """How a run of the cycle ended."""

    COMMITTED = "committed"
    LATE = "late"
    DUPLICATE = "duplicate"
    BUSY = "busy"
    FENCED = "fenced"


@dataclass(frozen=True, slots=True)
class StrategyFault:
    """A strategy that raised in this cycle; the others went on."""

    strategy: str
    reason: str


@dataclass(frozen=True, slots=True)
class StrategySetting:
    """What the operator chose for one strategy.

    ``sizing`` and ``exits`` None leave it to the strategy's own; see ``in_force``.
    ``merge_pairs`` turns both sides of one market, held together, back into a dollar each.
    ``borrow`` says whether it may sell short on spot markets, and at what rate.
    """

    enabled: bool = True
    paused: bool = False
    params: dict[str, object] = field(default_factory=dict)
    limits: RiskLimits | None = None
    sizing: Sizing | None = None
    exits: ExitRules | None = None
    protections: ProtectionRules | None = None
    merge_pairs: bool = False
    borrow: BorrowModel = field(default_factory=BorrowModel)

    @property
    def entry_sizing(self) -> Sizing:
        """How entries are sized; the plain policy where nobody chose one."""
        return self.sizing or Sizing()

    @property
    def exit_rules(self) -> ExitRules:
        """When positions are given up; no rule where nobody chose one."""
        return self.exits or ExitRules()


@dataclass(frozen=True, slots=True)
class Config:
    """The operator's settings; ``version`` 0 means that none was stored yet."""

    strategies: dict[str, StrategySetting]
    limits: RiskLimits
    version: int = 0
    house: HouseLimits = field(default_factory=HouseLimits)
    protections: ProtectionRules = field(default_factory=ProtectionRules)
    paused_venues: tuple[str, ...] = ()
    quality: QualityRules = field(default_factory=QualityRules)

    def setting(self, strategy: str) -> StrategySetting:
        """What the operator chose for a strategy, or the defaults."""
        return self.strategies.get(strategy) or StrategySetting()

    def limits_of(self, strategy: str) -> RiskLimits:
        """The limits of a strategy's account."""
        return self.setting(strategy).limits or self.limits

    def protections_of(self, strategy: str) -> ProtectionRules:
        """The protections of a strategy's account."""
        return self.setting(strategy).protections or self.protections


@dataclass(frozen=True)
class Observation:
    """Everything the cycle learnt from venues before it decided what to trade, as far as believed.

    ``quarantined`` are examples of what was not, the first of each code at each venue; ``quality``
    counts all of it. ``references`` are index prices, which nothing is traded at.
    """

    markets: dict[MarketId, Market]
    quotes: dict[InstrumentId, Quote]
    resolutions: tuple[Resolution, ...] = ()
    faults: tuple[VenueFault, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()
    references: dict[InstrumentId, ReferencePrice] = field(default_factory=dict)
    quality: tuple[VenueQuality, ...] = ()
    consensus: tuple[Consensus, ...] = ()
    doubted: tuple[Doubted, ...] = ()

    @cached_property
    def market_of(self) -> dict[InstrumentId, Market]:
        """The market of every outcome listed; made once, for it is asked for all the time."""
        return {
            o.instrument_id: market for market in self.markets.values() for o in market.outcomes
        }

    def joined(
        self, quarantined: tuple[Quarantined, ...], quality: tuple[VenueQuality, ...]
    ) -> "Observation":  # fmt: skip
        """The same look at the same markets, with what books added to it."""
        later = replace(self, quarantined=(*self.quarantined, *quarantined), quality=quality)
        vars(later)["market_of"] = self.market_of
        return later

    @property
    def origins(self) -> dict[str, Origin]:
        """Where the data of each venue comes from."""
        return {quality.venue: quality.origin for quality in self.quality}


@dataclass(frozen=True, slots=True)
class Decision:
    """Everything the cycle wants to book, and everything it refused to."""

    accounts: dict[str, Account]
    fills: tuple[Fill, ...] = ()
    settlements: tuple[Settlement, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    faults: tuple[StrategyFault, ...] = ()
    house: House = field(default_factory=House)

    @property
    def books_trades(self) -> bool:
        """Whether committing this needs the operator's permission."""
        return bool(self.fills or self.settlements)


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One committed moment of the tape: top of book of every instrument quoted then.

    ``values`` holds bid, ask, bid size, ask size, and the dollars that the venue counted in the
    market over the 24 hours before, each as long as ``instruments``; early rows have no volume.
    ``doubted`` are jumps that were set aside then. ``forecast`` is the probability that an outside
    model gave an instrument to pay. ``news`` counts the headlines about its market since the row
    before: 0 for one that is not named, and None altogether where no feed answered.
    """

    cycle_id: int
    instruments: tuple[InstrumentId, ...]
    values: tuple[tuple[float | None, ...], ...]
    doubted: tuple[Doubted, ...] = ()
    forecast: dict[InstrumentId, float] = field(default_factory=dict)
    news: dict[InstrumentId, int] | None = None


@dataclass(frozen=True, slots=True)
class CycleRecord:
    """All inputs and outputs of one cycle: enough to decide it again, bit for bit.

    ``previous`` is the archive key of the committed record before it. ``window`` is filled in
    every few cycles, so that a cold start reads a few records and not the whole history; it was
    kept for ``window_kept`` rows, so one with fewer goes back to the first cycle. ``twins`` are the
    instruments that were taken to pay together.
    """

    schema: int
    cycle_id: int
    previous: str | None
    control: Control
    config: Config
    accounts: dict[str, Account]
    observation: Observation
    books: dict[InstrumentId, OrderBook]
    book_faults: tuple[VenueFault, ...]
    row: HistoryRow
    window: tuple[HistoryRow, ...] | None
    decision: Decision
    house: House = field(default_factory=House)
    twins: tuple[tuple[InstrumentId, InstrumentId], ...] = ()
    window_kept: int = 0


@dataclass(frozen=True, slots=True)
class CycleReport:
    """The summary of one run: stored with the commit, listed by the API.

    ``usage`` is what was asked of each host since the summary before. ``quality`` counts what was
    set aside, ``quarantined`` are a few examples of it. ``data_pauses``
    are the venues that bad data keeps out of new entries; an empty name is the whole house.
    ``failed`` are the faults that ``venue_faults`` puts in words.
    """

    cycle_id: int
    scheduled_for: datetime
    outcome: CycleOutcome
    trigger: str
    reason: str = ""
    control: str = ""
    committed_at: datetime | None = None
    record_key: str | None = None
    markets: int = 0
    quotes: int = 0
    fills: int = 0
    settlements: int = 0
    refusals: dict[str, int] = field(default_factory=dict)
    venue_faults: tuple[str, ...] = ()
    strategy_faults: tuple[str, ...] = ()
    equity: dict[str, Decimal] = field(default_factory=dict)
    started_at: datetime | None = None
    refused: tuple[Refusal, ...] = ()
    usage: tuple[HostUsage, ...] = ()
    quality: tuple[VenueQuality, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()
    consensus: tuple[Consensus, ...] = ()
    data_pauses: tuple[str, ...] = ()
    failed: tuple[VenueFault, ...] = ()

    @property
    def origins(self) -> dict[str, Origin]:
        """Where the data of each venue comes from."""
        return {quality.venue: quality.origin for quality in self.quality}

    @property
    def faults(self) -> tuple[str, ...]:
        """Everything that failed without stopping the cycle."""
        return (*self.venue_faults, *self.strategy_faults)

    @property
    def duration_ms(self) -> int:
        """From the start of the run to its commit, in whole milliseconds."""
        if self.started_at is None or self.committed_at is None:
            return 0
        return int((self.committed_at - self.started_at).total_seconds() * 1000)
