"""From the order books that venues sent to those that orders may meet."""

from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal

from chalicelib.domain.book import OrderBook
from chalicelib.domain.market import InstrumentId, Market
from chalicelib.domain.origin import Origin
from chalicelib.domain.quality import VenueQuality
from chalicelib.domain.quarantine import BOUNDS, FOREIGN, SIDES, UNLISTED
from chalicelib.ports import Depth
from chalicelib.validation.findings import Findings
from chalicelib.validation.listing import Fault
from chalicelib.validation.look import Look
from chalicelib.validation.sides import mirror_gap, most_of_mirror
from chalicelib.validation.single import Bounds, time_fault
from chalicelib.validation.trusted import SEAL, TrustedDepth


def validate_depths(
    depths: Mapping[str, Depth],
    market_of: Mapping[InstrumentId, Market],
    asked: Collection[InstrumentId],
    look: Look,
) -> TrustedDepth:
    """Judge the books that the venues sent; ``market_of`` says what each is a book of.

    A book of a market that is not listed now is judged by what it says alone: an order may wait
    there, and the gate keeps new ones out.
    """
    wanted = frozenset(asked)
    books: dict[InstrumentId, OrderBook] = {}
    qualities, examples = [], []
    for venue, depth in depths.items():
        findings = Findings(venue, depth.quarantined)
        believed = _believed(depth, market_of, wanted, look, findings)
        books.update(believed)
        examples.extend(findings.examples)
        qualities.append(VenueQuality(venue, Origin.UNKNOWN, 0, len(believed), findings.by_code()))
    return TrustedDepth(books, tuple(qualities), tuple(examples), SEAL)


def _believed(
    depth: Depth,
    market_of: Mapping[InstrumentId, Market],
    wanted: frozenset[InstrumentId],
    look: Look,
    findings: Findings,
) -> dict[InstrumentId, OrderBook]:
    believed: dict[InstrumentId, OrderBook] = {}
    for name, book in depth.books.items():
        fault = _misnamed(name, book, wanted, findings.venue) or _fault(
            book, Bounds.of_books(look, findings.venue, market_of.get(name))
        )
        if fault is None:
            believed[name] = book
        else:
            findings.add(name, *fault)
    for name, words in list(_disagreeing(believed, market_of, look)):
        del believed[name]
        findings.add(name, SIDES, words)
    return believed


def _misnamed(
    name: InstrumentId, book: OrderBook, wanted: frozenset[InstrumentId], venue: str
) -> Fault | None:
    if book.instrument_id != name or not name.startswith(f"{venue}:"):
        return FOREIGN, f"the book is of {book.instrument_id}"
    if name not in wanted:
        return UNLISTED, "nobody asked for it"
    return None


def _fault(book: OrderBook, bounds: Bounds) -> Fault | None:
    """What is wrong with a book by itself; its order, signs and sizes its construction sees to."""
    fault = time_fault(book, bounds)
    if fault is not None:
        return fault
    for level in (*book.bids[:1], *book.asks[-1:]):
        if level.price >= bounds.highest:
            return BOUNDS, f"it shows {level.price}, expected less than {bounds.highest:f}"
    return None


def _disagreeing(
    books: Mapping[InstrumentId, OrderBook],
    market_of: Mapping[InstrumentId, Market],
    look: Look,
) -> Iterator[tuple[InstrumentId, str]]:
    """Books of both sides of one set of orders that are no mirror of each other."""
    for name, book in books.items():
        market = market_of.get(name)
        if market is None or not market.mirrored:
            continue
        for outcome in market.outcomes:
            other = books.get(outcome.instrument_id)
            if other is None or outcome.instrument_id == name:
                continue
            gap = mirror_gap(_top(book), _top(other))
            most = most_of_mirror(market, book, other, look.rules)
            if gap > most:
                yield name, f"both sides miss a dollar by {gap:f}, at most {most:f} is taken"


def _top(book: OrderBook) -> tuple[Decimal | None, Decimal | None]:
    return (
        book.bids[0].price if book.bids else None,
        book.asks[0].price if book.asks else None,
    )
