"""What a cycle saw, and that it is looked up once."""

from chalicelib.domain.cycle import Observation
from chalicelib.domain.quarantine import Quarantined
from tests.builders import NO, YES, market, quote

WHY = Quarantined("test", "book", "crossed", "bid above ask")


def test_market_of_every_outcome_is_made_once_and_kept_when_books_are_added() -> None:
    seen = Observation({"test:m": market()}, {YES: quote(YES, "0.4", "0.5")}, quarantined=(WHY,))
    known = seen.market_of
    assert known == {YES: market(), NO: market()}
    later = seen.joined((WHY,), ())
    assert later.market_of is known
    assert (later.quarantined, later.quotes) == ((WHY, WHY), seen.quotes)
    assert later == Observation(seen.markets, seen.quotes, quarantined=(WHY, WHY))
