"""The view of the quality of data."""

from decimal import Decimal

from chalicelib.domain.consensus import Consensus
from chalicelib.domain.quality import VenueQuality
from chalicelib.domain.quarantine import MEANINGS
from chalicelib.operations.quality import Example, QualityReport, read_quality
from chalicelib.web import wire
from chalicelib.web.http import Call
from chalicelib.web.risk_present import protection_view


async def quality(call: Call) -> wire.Quality:
    """How far the venues' data is believed."""
    return quality_view(await read_quality(call.office.table, call.office.now))


def quality_view(report: QualityReport) -> wire.Quality:
    """The whole report as it goes over the wire."""
    last, config = report.last, report.overview.config
    pauses = {t.protection.subject: protection_view(t) for t in report.pauses}
    return wire.Quality(
        cycle_id=None if last is None else last.cycle_id,
        at=None if last is None else last.scheduled_for,
        venues=[
            _venue(one, report, pauses.get(one.venue)) for one in (last.quality if last else ())
        ],
        house_pause=pauses.get(""),
        examples=[example_view(example) for example in report.examples],
        consensus=[consensus_view(one) for one in (last.consensus if last else ())],
        codes=dict(MEANINGS),
        rules=config.quality.model_dump(mode="json"),
        version=config.version,
    )


def _venue(
    one: VenueQuality, report: QualityReport, pause: wire.ProtectionView | None
) -> wire.VenueQualityView:
    return wire.VenueQualityView(
        venue=one.venue,
        origin=one.origin.value,
        markets=one.markets,
        quotes=one.quotes,
        quarantined=one.quarantined,
        share=Decimal(f"{one.share:.4f}"),
        counts=one.counts,
        hour=dict(sorted(report.hour.get(one.venue, {}).items())),
        bad_cycles=dict(report.overview.house.bad_data).get(one.venue, 0),
        pause=pause,
    )


def example_view(example: Example) -> wire.QuarantinedView:
    """Something that was set aside."""
    found = example.quarantined
    return wire.QuarantinedView(
        cycle_id=example.cycle_id,
        at=example.at,
        venue=found.venue,
        subject=found.subject,
        code=found.code,
        reason=found.reason,
    )


def consensus_view(one: Consensus) -> wire.ConsensusView:
    """What all sources say of one asset."""
    return wire.ConsensusView(
        asset=one.asset,
        price=one.price,
        confidence=one.confidence,
        grade=one.grade.value,
        deviating=[s.source for s in one.sightings if not s.believed],
        sightings=[
            wire.SightingView(
                source=s.source,
                price=s.price,
                currency=s.currency,
                score=s.score,
                believed=s.believed,
            )
            for s in one.sightings
        ],
        note=one.note,
    )
