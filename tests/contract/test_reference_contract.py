"""What every source of index prices promises. It joins by tests/payloads/<name>/index.py."""

import asyncio
import importlib
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest

from chalicelib.domain.errors import VenuePayloadError, VenueUnavailable
from chalicelib.ports import MarketData, Scan
from chalicelib.venues import known_venues

PAYLOADS = Path(__file__).parents[1] / "payloads"
PLAYED = [
    importlib.import_module(f"tests.payloads.{name}.index")
    for name in known_venues()
    if (PAYLOADS / name / "index.py").exists()
]


@pytest.fixture(params=PLAYED, ids=lambda module: module.__name__.split(".")[2])
def played(request: pytest.FixtureRequest) -> ModuleType:
    """The module that plays a source."""
    module: ModuleType = request.param
    return module


@pytest.fixture
def source(played: ModuleType) -> MarketData:
    opened: MarketData = played.well()
    return opened


@pytest.fixture
def scan(played: ModuleType, source: MarketData) -> Scan:
    return asyncio.run(source.scan(played.NOW))


def test_an_index_offers_nothing_to_trade(
    played: ModuleType, source: MarketData, scan: Scan
) -> None:
    assert scan.markets == {}
    assert scan.quotes == {}
    assert asyncio.run(source.books(list(scan.references), played.NOW)).books == {}
    assert asyncio.run(source.resolutions(list(scan.references), played.NOW)).resolutions == ()


def test_index_prices_stand_under_their_own_ids(source: MarketData, scan: Scan) -> None:
    assert scan.references
    for own_id, reference in scan.references.items():
        assert reference.instrument_id == own_id
        assert own_id.startswith(f"{source.name}:")
        assert own_id != f"{source.name}:"


def test_index_prices_say_what_they_are_of_and_whom_to_thank(scan: Scan) -> None:
    for reference in scan.references.values():
        assert reference.base.isupper()
        assert reference.quote.isupper()
        assert reference.title.isprintable()
        assert reference.attribution


def test_index_prices_have_a_time_in_utc_before_they_were_seen(scan: Scan) -> None:
    for reference in scan.references.values():
        assert reference.occurred_at.utcoffset() == timedelta(0)
        assert reference.seen_at.utcoffset() == timedelta(0)
        assert reference.occurred_at <= reference.seen_at


@pytest.mark.parametrize("state", ["out_of_reach", "refusing"])
def test_an_index_that_does_not_serve_us_is_unavailable(played: ModuleType, state: str) -> None:
    source: MarketData = getattr(played, state)()
    with pytest.raises(VenueUnavailable, match=source.name) as caught:
        asyncio.run(source.scan(played.NOW))
    assert caught.value.hint


def test_an_index_that_talks_nonsense_is_not_believed(played: ModuleType) -> None:
    for source in played.talking_nonsense():
        with pytest.raises(VenuePayloadError):
            asyncio.run(source.scan(played.NOW))
