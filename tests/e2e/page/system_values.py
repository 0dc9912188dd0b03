"""Synthetic answers for the System page, made with the wire models."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from chalicelib.domain.quarantine import MEANINGS
from chalicelib.web import wire
from tests.e2e.page import values

BIDI = "\u202egnihtyna\u202c"
LONG = "n" * 200
HOSTILE = f"{values.SCRIPT}{BIDI}{LONG}"


def traffic(requests: int = 0, **counts: object) -> wire.TrafficView:
    none = {"retries": 0, "cached": 0, "unchanged": 0, "received_bytes": 0, "errors": {}}
    return wire.TrafficView.model_validate({"requests": requests, **none, **counts})


def host(name: str, requests: int, limit: float | None, most: float = 0.05) -> wire.HostView:
    return wire.HostView(
        host=name,
        limit=limit,
        share=requests / limit if limit else None,
        most=most if limit else None,
        newest=traffic(requests, cached=4, received_bytes=1_240_000),
        hour=traffic(requests * 60, retries=7, received_bytes=74_000_000, errors={"status": 6}),
    )


def breaker(opened_at: datetime | None = None, minutes: float = 4) -> wire.BreakerView:
    """Open since then for so many minutes, or closed."""
    now = datetime.now(UTC)
    to = None if opened_at is None else opened_at + timedelta(minutes=minutes)
    return wire.BreakerView(
        state="closed" if to is None else "open" if now < to else "half-open",
        failures=0 if to is None else 6,
        opened_at=opened_at,
        probe_at=to,
        code="" if to is None else "read-timeout",
        reason="" if to is None else "no answer within 6 s",
    )


def venue(name: str, origin: str, health: str, reason: str, **changes: object) -> wire.VenueView:
    usual = {
        "venue": name, "origin": origin, "paused": False, "health": health, "reason": reason,
        "breaker": breaker(), "last_fault": None, "failed_cycles": 0,
        "newest": traffic(12), "hour": traffic(720), "hosts": [host(f"api.{name}.test", 12, 600)],
        "markets": 2_000, "quotes": 3_960, "quarantined": {}, "quarantined_hour": {},
        "bad_share": Decimal(0), "protections": [],
    }  # fmt: skip
    return wire.VenueView.model_validate(usual | changes)


def fault(reason: str = "no answer within 6 s") -> wire.VenueFaultView:
    return wire.VenueFaultView(
        cycle_id=values.FIRST_CYCLE + 239,
        at=values.cycle_time(values.FIRST_CYCLE + 239),
        kind="read-timeout",
        call="scan",
        reason=reason,
    )


def doubt() -> wire.ProtectionView:
    return wire.ProtectionView(
        id="b1c2d3e4f5a6", rule="data-quality", scope="venue", subject="coinbase", strategy=None,
        reason="6 of 9 prices were not believed in 3 cycles in a row",
        tripped_at=values.cycle_time(values.FIRST_CYCLE), releases_at=None,
    )  # fmt: skip


def venues() -> list[wire.VenueView]:
    opened = datetime.now(UTC) - timedelta(minutes=1)
    stale = {"stale": 41, "thin": 3}
    return [
        venue("binance", "live", "healthy", "served each of the newest 10 cycles"),
        venue(
            "coinbase", "live", "doubted", doubt().reason, protections=[doubt()],
            quarantined={"cross-venue": 6}, quarantined_hour={"cross-venue": 130, "jump": 4},
            bad_share=Decimal("0.6667"),
            hosts=[host("api.coinbase.test", 12, 600), host("api.exchange.test", 520, 600, 0.9)],
        ),
        venue(
            "kalshi", "live", "down", "left alone after it failed: no answer within 6 s",
            breaker=breaker(opened), last_fault=fault(), failed_cycles=9, markets=0, quotes=0,
            newest=traffic(), bad_share=None, hosts=[host("api.kalshi.test", 0, 1_200, 0.04)],
        ),
        venue(
            "polymarket", "simulated", "degraded", "failed in 2 of the newest 10 cycles",
            last_fault=fault(f"the answer is no JSON: {HOSTILE[:120]}"), failed_cycles=2,
            quarantined=stale, quarantined_hour={"stale": 960, "thin": 180, "unreadable": 12},
            bad_share=Decimal("0.0103"), hosts=[host("gamma.polymarket.test", 4, None)],
        ),
        venue(
            "recorded", "recorded", "healthy", "served each of the newest 10 cycles",
            newest=traffic(), hour=traffic(), hosts=[], markets=18, quotes=36,
        ),
    ]  # fmt: skip


def sighting(source: str, price: str, score: str, believed: bool = True) -> wire.SightingView:
    return wire.SightingView(
        source=source, price=Decimal(price), currency="USD", score=Decimal(score), believed=believed
    )


def consensus() -> list[wire.ConsensusView]:
    far = sighting("coinbase", "67190.4", "44.2", believed=False)
    return [
        wire.ConsensusView(
            asset="BTC", price=Decimal("64010.5"), confidence=74, grade="C", deviating=["coinbase"],
            sightings=[sighting("binance", "64010", "0.1"), far], note="USDT counted as one dollar",
        ),
        wire.ConsensusView(
            asset="DOGE", price=Decimal("0.08412"), confidence=96, grade="A", deviating=[],
            sightings=[sighting("binance", "0.0841", "0.2"), sighting("one", "0.0842", "0.1")],
            note="",
        ),
        wire.ConsensusView(
            asset="ETH", price=None, confidence=0, grade="F", deviating=["binance", "coinbase"],
            sightings=[sighting("binance", "2400", "9", believed=False),
                       sighting("coinbase", "2700", "9", believed=False)],
            note="two sources this far apart: neither is believed",
        ),
    ]  # fmt: skip


def examples(last: int) -> list[wire.QuarantinedView]:
    rows = (
        ("coinbase", "coinbase:BTC-USD", "cross-venue", "67190.4 is 5.0 % from the median 64010.5"),
        ("polymarket", f"polymarket:{HOSTILE}", "unreadable", f"outcomePrices: {HOSTILE}"),
        ("polymarket", "polymarket:0x5a1e", "stale", "700 s old, 600 s are allowed"),
    )
    return [
        wire.QuarantinedView(
            cycle_id=last - n, at=values.cycle_time(last - n),
            venue=venue, subject=subject, code=code, reason=reason,
        )
        for n, (venue, subject, code, reason) in enumerate(rows)
    ]  # fmt: skip


def system(last: int, committed: datetime, known: list[wire.VenueView]) -> wire.System:
    ids = [last - n for n in range(60) if n not in {7, 8}]
    durations = [
        wire.DurationView(
            cycle_id=each,
            at=values.cycle_time(each),
            duration_ms=900 + each * 97 % 400 + (3_000 if each % 23 == 0 else 0),
        )
        for each in ids
    ]
    return wire.System(
        at=datetime.now(UTC),
        version=5,
        venues=known,
        paused_venues=[],
        consensus=consensus(),
        examples=examples(last),
        codes=dict(MEANINGS),
        cycles=wire.CyclesView(
            last_cycle=last,
            committed_at=committed,
            age_seconds=1,
            median_ms=1_104,
            longest_ms=max(each.duration_ms for each in durations),
            outcomes={"committed": len(ids)},
            missing=2,
            durations=durations,
        ),
        outbox=1,
    )


def empty() -> wire.System:
    return wire.System(
        at=datetime.now(UTC),
        version=0,
        venues=[],
        paused_venues=[],
        consensus=[],
        examples=[],
        codes={},
        cycles=wire.CyclesView(
            last_cycle=None, committed_at=None, age_seconds=None, median_ms=None,
            longest_ms=None, outcomes={}, missing=0, durations=[],
        ),
        outbox=0,
    )  # fmt: skip
