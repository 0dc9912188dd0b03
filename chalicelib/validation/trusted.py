"""What may be traded on. Only the validators make it; anybody else's attempt is a TypeError."""

from collections.abc import Mapping
from dataclasses import InitVar, dataclass
from typing import Final

from chalicelib.domain.book import OrderBook, Quote
from chalicelib.domain.consensus import Consensus
from chalicelib.domain.market import InstrumentId, Market, MarketId, Resolution
from chalicelib.domain.quality import Doubted, VenueQuality
from chalicelib.domain.quarantine import Quarantined
from chalicelib.domain.reference import ReferencePrice


class Seal:
    """The right to call something trusted."""


SEAL: Final = Seal()
"""Held by ``scans``, ``books`` and ``results`` here, and by nobody else: a test looks."""


def _require(seal: object, what: str) -> None:
    if seal is not SEAL:
        raise TypeError(f"only the validator makes a {what}: call chalicelib.validation")


@dataclass(frozen=True, slots=True)
class TrustedScan:
    """What all venues together show, as far as it is believed.

    ``quarantined`` holds examples; the counts in ``quality`` are complete. ``doubted`` are the
    jumps that a second look may confirm.
    """

    markets: Mapping[MarketId, Market]
    quotes: Mapping[InstrumentId, Quote]
    references: Mapping[InstrumentId, ReferencePrice]
    quality: tuple[VenueQuality, ...]
    quarantined: tuple[Quarantined, ...]
    consensus: tuple[Consensus, ...]
    doubted: tuple[Doubted, ...]
    seal: InitVar[Seal]

    def __post_init__(self, seal: Seal) -> None:
        """Refuse everybody without the seal."""
        _require(seal, "TrustedScan")


@dataclass(frozen=True, slots=True)
class TrustedDepth:
    """Order books that are believed; ``quality`` counts books where a scan's counts quotes."""

    books: Mapping[InstrumentId, OrderBook]
    quality: tuple[VenueQuality, ...]
    quarantined: tuple[Quarantined, ...]
    seal: InitVar[Seal]

    def __post_init__(self, seal: Seal) -> None:
        """Refuse everybody without the seal."""
        _require(seal, "TrustedDepth")


@dataclass(frozen=True, slots=True)
class TrustedResults:
    """What finished markets pay, as far as it is believed; ``quality`` counts what is not."""

    resolutions: tuple[Resolution, ...]
    quality: tuple[VenueQuality, ...]
    quarantined: tuple[Quarantined, ...]
    seal: InitVar[Seal]

    def __post_init__(self, seal: Seal) -> None:
        """Refuse everybody without the seal."""
        _require(seal, "TrustedResults")
