"""What the engine asks of the world. Adapters and fakes fulfil these; nothing else is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol, runtime_checkable

from chalicelib.domain.book import OrderBook, Quote
from chalicelib.domain.control import Control
from chalicelib.domain.cycle import Config, CycleReport, Decision
from chalicelib.domain.forecast import Outlook, WeatherStation
from chalicelib.domain.headline import Headline
from chalicelib.domain.house import House
from chalicelib.domain.market import InstrumentId, Market, MarketId, Resolution
from chalicelib.domain.order import Fill, Settlement
from chalicelib.domain.origin import Origin
from chalicelib.domain.portfolio import Account
from chalicelib.domain.public import Candle, ExchangeStatus, PublicTrade
from chalicelib.domain.quarantine import Quarantined
from chalicelib.domain.reference import ReferencePrice
from chalicelib.domain.reset import AccountEvent, Funding, Reset
from chalicelib.matching.twin import ConfirmedTwin


class Clock(Protocol):
    """The wall clock."""

    def now(self) -> datetime:
        """The current time, aware UTC."""
        ...


@dataclass(frozen=True, slots=True)
class Scan:
    """One look at a venue's list of markets: cheap, the whole universe, top of book only.

    A source of index prices lists no market: it gives ``references`` and nothing else. This is
    what the venue said; what is traded on goes through ``chalicelib.validation`` first.
    """

    markets: Mapping[MarketId, Market]
    quotes: Mapping[InstrumentId, Quote]
    quarantined: tuple[Quarantined, ...] = ()
    references: Mapping[InstrumentId, ReferencePrice] = field(default_factory=dict)
    origin: Origin = Origin.UNKNOWN


@dataclass(frozen=True, slots=True)
class Depth:
    """Order books of some instruments; one without a book now is left out."""

    books: Mapping[InstrumentId, OrderBook]
    quarantined: tuple[Quarantined, ...] = ()


@dataclass(frozen=True, slots=True)
class Results:
    """Final results of some markets; those that have none yet, or a disputed one, are left out."""

    resolutions: tuple[Resolution, ...]
    quarantined: tuple[Quarantined, ...] = ()


class MarketData(Protocol):
    """A venue, read-only. Every method raises VenueError and nothing else.

    ``at`` is the cycle's time on the market's clock; live venues may ignore it.
    """

    @property
    def name(self) -> str:
        """The venue's name, the part before the colon in its instrument ids."""
        ...

    async def scan(self, at: datetime, held: Sequence[MarketId] = ()) -> Scan:
        """List the open markets with their quotes; ``held`` ones whatever the filters say."""
        ...

    async def books(self, instrument_ids: Sequence[InstrumentId], at: datetime) -> Depth:
        """Fetch order books."""
        ...

    async def resolutions(self, market_ids: Sequence[MarketId], at: datetime) -> Results:
        """Final results of those among these markets that have one."""
        ...


@runtime_checkable
class PublicHistory(Protocol):
    """What a venue publishes of its past. Every method raises VenueError and nothing else.

    Both answer what lies in ``start <= t < end``, oldest first, and only candles that are complete.
    """

    async def candles(
        self, instrument_id: InstrumentId, interval: timedelta, start: datetime, end: datetime
    ) -> Sequence[Candle]:
        """Candles; VenueError names the intervals that the venue has when it is another one."""
        ...

    async def trades(
        self, instrument_id: InstrumentId, start: datetime, end: datetime
    ) -> Sequence[PublicTrade]:
        """Trades of others."""
        ...

    async def status(self) -> ExchangeStatus:
        """Whether the venue as a whole takes orders now."""
        ...


class Forecasts(Protocol):
    """A source of weather forecasts, read-only. Every method raises VenueError and nothing else."""

    @property
    def name(self) -> str:
        """The source's name, which its forecasts carry."""
        ...

    @property
    def attribution(self) -> str:
        """What the source asks to be shown beside its numbers."""
        ...

    async def outlook(self, station: WeatherStation, at: datetime) -> Outlook:
        """What is expected at a station in the days to come, and measured lately if it says so.

        ``at`` is the cycle's time on the market's clock; live sources may ignore it.
        """
        ...


class News(Protocol):
    """A feed of headlines, read-only. Every method raises VenueError and nothing else."""

    @property
    def name(self) -> str:
        """The feed's name, which its headlines carry."""
        ...

    async def headlines(self) -> Sequence[Headline]:
        """What the feed lists now, newest first."""
        ...


class ForecastArchive(Protocol):
    """What was forecast in the past, for tests on the past. Raises VenueError and nothing else."""

    async def past_outlook(
        self, station: WeatherStation, first: date, last: date, lead_days: int
    ) -> Outlook:
        """Forecasts for these days, both included, made ``lead_days`` before what they are for.

        Each says from when on it could be known: a decision before that must not use it.
        """
        ...


class Archive(Protocol):
    """Write-once objects under keys. Raises StoreError."""

    async def put_once(self, key: str, body: bytes) -> None:
        """Store ``body`` unless the key is already there: the first writer wins."""
        ...

    async def get(self, key: str) -> bytes | None:
        """The object, or None when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to run one cycle. ``fence`` grows with every grant, so an old holder is known."""

    cycle_id: int
    owner: str
    fence: int
    previous_record: str | None


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """Committed effects that may still have to reach the archive: of a cycle, or of an operator.

    A cycle's entries are told apart by ``chunk``. A reset or funding has an entry of its own.
    """

    cycle_id: int
    chunk: int
    fills: tuple[Fill, ...]
    settlements: tuple[Settlement, ...]
    resets: tuple[Reset, ...] = ()
    fundings: tuple[Funding, ...] = ()

    @classmethod
    def of_event(cls, event: AccountEvent) -> "OutboxEntry":
        """The entry of what an operator did to an account."""
        if isinstance(event, Reset):
            return cls(event.cycle_id, 0, (), (), resets=(event,))
        return cls(event.cycle_id, 0, (), (), fundings=(event,))

    @property
    def name(self) -> str:
        """What tells it from every other entry of its cycle."""
        events: tuple[AccountEvent, ...] = (*self.resets, *self.fundings)
        return events[0].event_id if events else f"{self.chunk:03d}"


@dataclass(frozen=True, slots=True)
class WorkingSet:
    """The state a cycle starts from, read at one moment. ``twins`` are the confirmed pairs."""

    control: Control
    config: Config
    accounts: Mapping[str, Account]
    outbox: tuple[OutboxEntry, ...]
    house: House = field(default_factory=House)
    twins: tuple[ConfirmedTwin, ...] = ()


class Ledger(Protocol):
    """The committed state of the product. Raises StoreError."""

    async def acquire(self, cycle_id: int, owner: str, now: datetime) -> "Lease | str":
        """Take the lease for a cycle, or say in a word why not: ``duplicate`` or ``busy``."""
        ...

    async def load(self) -> WorkingSet:
        """Read the whole working set in one consistent query."""
        ...

    async def commit(
        self, lease: Lease, working: WorkingSet, decision: Decision, report: CycleReport
    ) -> tuple[OutboxEntry, ...]:
        """Book everything or nothing; TransactionCancelled names what had changed meanwhile."""
        ...

    async def acknowledge(self, entry: OutboxEntry) -> None:
        """Forget an outbox entry whose effects are done."""
        ...


class Telemetry(Protocol):
    """Numbers and lines about what the product does; never a secret, never a payload."""

    def count(self, name: str, value: float = 1) -> None:
        """Add to a metric."""
        ...

    def event(self, message: str, **fields: object) -> None:
        """Write one structured line."""
        ...

    def failure(self, message: str, exc: BaseException) -> None:
        """Write one line about something that must not happen, with its traceback."""
        ...
