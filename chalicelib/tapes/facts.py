"""What a tape says about itself: where it comes from, and what its instruments are."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chalicelib.domain.market import InstrumentId, Market, MarketId, Resolution
from chalicelib.domain.origin import Origin

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(moment: datetime) -> int:
    """Whole microseconds since 1970; ValueError for a time without a zone."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return (moment - EPOCH) // _MICROSECOND


def moment_of(stamp: int) -> datetime:
    """The time of a number of microseconds since 1970, aware UTC."""
    return EPOCH + stamp * _MICROSECOND


@dataclass(frozen=True, slots=True)
class MarketFacts:
    """A market as it was listed: a new version whenever something of it changed.

    Volume and liquidity change with every look; they are columns, and None here.
    """

    market_id: MarketId
    versions: tuple[Market, ...]


@dataclass(frozen=True, slots=True)
class TapeFacts:
    """All of a tape but its rows. Rows name instruments and markets by their places here.

    Instruments and markets are in the order of their ids. ``resolutions`` are those that the
    product asked for. ``licence`` says who may do what with the numbers, and whom to name.
    """

    title: str
    origin: Origin
    instruments: tuple[InstrumentId, ...] = ()
    markets: tuple[MarketFacts, ...] = ()
    resolutions: tuple[Resolution, ...] = ()
    sources: tuple[str, ...] = ()
    licence: str = ""

    @property
    def venues(self) -> tuple[str, ...]:
        """The venues of all instruments and markets, in order."""
        ids = (*self.instruments, *(market.market_id for market in self.markets))
        return tuple(sorted({identity.partition(":")[0] for identity in ids}))
