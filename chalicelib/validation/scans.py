"""From what all venues said to what may be traded on, in one pass over each venue."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from chalicelib.domain.book import Quote
from chalicelib.domain.consensus import Consensus
from chalicelib.domain.market import InstrumentId, Market, MarketId, MarketKind
from chalicelib.domain.origin import Origin
from chalicelib.domain.quality import Doubted, VenueQuality
from chalicelib.domain.quarantine import FOREIGN, OUTLIER, UNLISTED
from chalicelib.domain.reference import ReferencePrice
from chalicelib.ports import Scan
from chalicelib.validation.consensus import Price, agree, comparable, reference_prices
from chalicelib.validation.findings import Findings
from chalicelib.validation.jump import judge_jumps
from chalicelib.validation.listing import Fault, believed_markets
from chalicelib.validation.look import Look
from chalicelib.validation.sides import judge_groups, judge_sides
from chalicelib.validation.single import Bounds, price_fault, size_fault, thin_fault, time_fault
from chalicelib.validation.standing import Standing
from chalicelib.validation.trusted import SEAL, TrustedScan


@dataclass(frozen=True, slots=True)
class Judged:
    """One venue's answer, judged by itself."""

    origin: Origin
    markets: dict[MarketId, Market]
    standing: Standing
    references: dict[InstrumentId, ReferencePrice]
    doubted: list[Doubted]

    @property
    def spot_markets(self) -> Iterator[Market]:
        """Its markets of currencies."""
        return (m for m in self.markets.values() if m.kind is MarketKind.SPOT)

    @property
    def quality(self) -> VenueQuality:
        """How much of it still stands; reference prices are counted as quotes."""
        return VenueQuality(
            self.standing.venue,
            self.origin,
            len(self.markets),
            len(self.standing.quotes) + len(self.references),
            self.standing.findings.by_code(),
        )


def validate_scans(scans: Mapping[str, Scan], look: Look) -> TrustedScan:
    """Judge what the venues said, by venue name; everything else is set aside and counted."""
    judged = [_judge(venue, scan, look) for venue, scan in scans.items()]
    consensus = agree((price for one in judged for price in _prices(one)), look.rules)
    for one in judged:
        _set_outliers_aside(one, consensus)
    return TrustedScan(
        markets={key: market for one in judged for key, market in one.markets.items()},
        quotes={key: quote for one in judged for key, quote in one.standing.quotes.items()},
        references={key: price for one in judged for key, price in one.references.items()},
        quality=tuple(one.quality for one in judged),
        quarantined=tuple(q for one in judged for q in one.standing.findings.examples),
        consensus=tuple(consensus),
        doubted=tuple(doubted for one in judged for doubted in one.doubted),
        seal=SEAL,
    )


def _judge(venue: str, scan: Scan, look: Look) -> Judged:
    findings = Findings(venue, scan.quarantined)
    markets = believed_markets(venue, scan.markets, findings)
    standing = Standing(_sound_quotes(scan, markets, findings, look), findings)
    judge_sides(standing, markets.values(), look)
    judge_groups(standing, markets.values(), look)
    references = _references(scan.references, findings, look)
    judged = Judged(scan.origin, markets, standing, references, [])
    spot = {o.instrument_id for market in judged.spot_markets for o in market.outcomes}
    judged.doubted.extend(judge_jumps(standing, spot, look))
    return judged


def _sound_quotes(
    scan: Scan, markets: Mapping[MarketId, Market], findings: Findings, look: Look
) -> dict[InstrumentId, Quote]:
    """The quotes of believed markets against which nothing speaks by themselves."""
    bounds = {kind: Bounds.of_quotes(look, findings.venue, kind) for kind in MarketKind}
    sound: dict[InstrumentId, Quote] = {}
    judged = 0
    for market in markets.values():
        of_kind, thin = bounds[market.kind], thin_fault(market, look)
        for outcome in market.outcomes:
            name = outcome.instrument_id
            quote = scan.quotes.get(name)
            if quote is None:
                continue
            judged += 1
            fault = thin or _quote_fault(name, quote, of_kind)
            if fault is None:
                sound[name] = quote
            else:
                findings.add(name, *fault)
    if judged < len(scan.quotes):
        _note_unlisted(scan, findings)
    return sound


def _quote_fault(name: InstrumentId, quote: Quote, bounds: Bounds) -> Fault | None:
    if quote.instrument_id != name:
        return FOREIGN, f"the quote is of {quote.instrument_id}"
    return time_fault(quote, bounds) or price_fault(quote, bounds.highest) or size_fault(quote)


def _note_unlisted(scan: Scan, findings: Findings) -> None:
    """Count prices of nothing; those of doubted markets went with their market."""
    listed = {o.instrument_id for market in scan.markets.values() for o in market.outcomes}
    for name in scan.quotes.keys() - listed:
        findings.add(name, UNLISTED, "no market of the same answer lists it")


def _references(
    found: Mapping[InstrumentId, ReferencePrice], findings: Findings, look: Look
) -> dict[InstrumentId, ReferencePrice]:
    """The reference prices that are new enough."""
    believed = {}
    bounds = Bounds.of(look, look.rules.reference_age)
    for key, price in found.items():
        fault = time_fault(price, bounds)
        if key != price.instrument_id or not key.startswith(f"{findings.venue}:"):
            fault = FOREIGN, f"the price is of {price.instrument_id}"
        if fault is None:
            believed[key] = price
        else:
            findings.add(key, *fault)
    return believed


def _prices(one: Judged) -> Iterator[Price]:
    """The mids of a venue's spot pairs that stand, and its reference prices."""
    for market in one.spot_markets:
        quote = one.standing.quotes.get(market.outcomes[0].instrument_id)
        if quote is not None and quote.bid is not None and quote.ask is not None:
            asset, currency = pair_of(market)
            mid = (quote.bid + quote.ask) / 2
            price = comparable(asset, one.standing.venue, currency, mid)
            if price is not None:
                yield price
    yield from reference_prices(one.standing.venue, one.references.values())


def pair_of(market: Market) -> tuple[str, str]:
    """What a spot market trades and what it is paid in: its outcome, and the rest of its title."""
    asset = market.outcomes[0].label
    before, _, currency = market.title.partition(f"{asset}/")
    return (asset, currency) if asset and not before else ("", "")


def _set_outliers_aside(one: Judged, consensus: Iterable[Consensus]) -> None:
    """Doubt a venue's pairs of every asset on which it is not believed."""
    far = {
        each.asset: _far_words(each)
        for each in consensus
        if any(s.source == one.standing.venue and not s.believed for s in each.sightings)
    }
    for market in one.spot_markets if far else ():
        asset, _ = pair_of(market)
        if asset in far:
            one.standing.doubt(market.outcomes[0].instrument_id, OUTLIER, far[asset])


def _far_words(consensus: Consensus) -> str:
    said = ", ".join(f"{s.source} {s.price.normalize():f}" for s in consensus.sightings)
    return f"{consensus.asset} is {said}: too far from the others"
