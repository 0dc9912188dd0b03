"""A warm process remembers what a venue lists, and never shows what it has not just read."""

from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar

from chalicelib.domain.market import MarketStatus
from chalicelib.venues.catalogue import Catalogue, Listing
from chalicelib.venues.filters import MarketFilter
from tests.builders import NOW, market


class Chosen(MarketFilter):
    prefix: ClassVar[str] = "TEST"


def catalogue(**settings: Any) -> Catalogue:
    return Catalogue(Chosen(**{"min_volume_24h": 10, **settings}))


def listing(name: str, volume: int = 100, **changes: Any) -> Listing:
    return Listing(market(name, volume_24h=Decimal(volume), **changes), ())


def names(kept: Catalogue) -> list[str]:
    return list(kept.scan(()).markets)


def test_catalogue_shows_the_best_traded_markets_up_to_the_most_that_are_wanted() -> None:
    kept = catalogue(max_markets=2)
    kept.begin(())
    kept.walk([listing("a", 50), listing("b", 70), listing("c", 60), listing("d", 9)], NOW)
    assert names(kept) == ["test:b", "test:c"]


def test_catalogue_shows_in_the_next_cycle_only_what_was_read_again() -> None:
    kept = catalogue()
    kept.begin(())
    kept.walk([listing("a"), listing("b")], NOW)
    kept.end_walk(NOW)
    kept.begin(())
    assert kept.is_warm
    assert names(kept) == []
    assert kept.stale() == ["test:a", "test:b"]
    kept.add([listing("a", 80)], NOW)
    assert names(kept) == ["test:a"]
    assert kept.stale() == ["test:b"]


def test_catalogue_asks_for_named_and_watched_markets_whatever_the_filters_say() -> None:
    kept = catalogue(watchlist=("w",), max_markets=1)
    kept.begin(["test:h", "elsewhere:x"])
    kept.walk([listing("a")], NOW)
    assert kept.stale() == ["test:h", "test:w"]
    kept.add([listing("h", 0, status=MarketStatus.CLOSED), listing("w", 0)], NOW)
    assert names(kept) == ["test:a", "test:h", "test:w"]


def test_catalogue_drops_a_market_that_is_not_wanted_any_more() -> None:
    kept = catalogue()
    for changed in ({"volume": 9}, {"status": MarketStatus.PAUSED}):
        kept.begin(())
        kept.add([listing("a")], NOW)
        kept.add([listing("a", **changed)], NOW)
        assert names(kept) == []


def test_catalogue_drops_what_a_full_list_does_not_hold_any_more() -> None:
    kept = catalogue()
    kept.begin(())
    kept.walk([listing("a"), listing("b")], NOW)
    kept.end_walk(NOW)
    kept.begin(())
    kept.walk([listing("b")], NOW)
    kept.end_walk(NOW)
    assert kept.get("test:a") is None
    assert names(kept) == ["test:b"]


def test_catalogue_that_gave_up_a_walk_starts_the_next_one_empty() -> None:
    kept = catalogue()
    kept.begin(())
    kept.walk([listing("a")], NOW)
    kept.give_up_walk()
    kept.begin(())
    kept.walk([listing("b")], NOW)
    assert kept.walked == 1
    kept.end_walk(NOW)
    assert names(kept) == ["test:b"]


def test_catalogue_is_due_again_after_the_time_that_a_list_is_good_for() -> None:
    kept = catalogue(refresh_minutes=10)
    assert kept.is_due(NOW)
    kept.end_walk(NOW)
    assert not kept.is_due(NOW + timedelta(minutes=9))
    assert kept.is_due(NOW + timedelta(minutes=10))


def test_catalogue_remembers_twice_what_it_shows_and_no_more() -> None:
    kept = catalogue(max_markets=3)
    kept.begin(())
    kept.walk([listing(f"m{number:02d}", 100 + number) for number in range(20)], NOW)
    kept.scan(())
    assert kept.get("test:m14") is not None
    assert kept.get("test:m13") is None


def test_catalogue_forgets_what_the_venue_does_not_list() -> None:
    kept = catalogue()
    kept.begin(())
    kept.walk([listing("a")], NOW)
    kept.forget(["test:a", "test:never"])
    assert names(kept) == []
