"""Synthetic pairs for the page Matches, made with the wire models."""

from datetime import UTC, datetime
from decimal import Decimal

from chalicelib.web import wire
from tests.e2e.page.system_values import HOSTILE

NOON = datetime(2026, 9, 30, 16, tzinfo=UTC)
RULES = "If the synthetic index is above 78000 at noon, the market resolves to Yes. " * 6
FIELDS = ("source", "cutoff", "zone", "void_rule", "polarity", "bucket")


def record(**changes: object) -> wire.ResolutionView:
    stated = {
        "source": "Synthetic index", "cutoff": NOON, "zone": "America/New_York",
        "void_rule": None, "polarity": "same", "bucket": "above 78000", "group": None,
        "filled": [], **changes,
    }  # fmt: skip
    unknown = [name for name in FIELDS if stated[name] is None]
    return wire.ResolutionView.model_validate({**stated, "unknown": unknown})


def leg(name: str, title: str, **changes: object) -> wire.MatchLegView:
    return wire.MatchLegView(
        market_id=name, venue=name.partition(":")[0], title=title, rules=RULES, closes_at=NOON,
        outcomes=["Yes", "No"], resolution=record(**changes),
    )  # fmt: skip


def pair(name: str, verdict: str, *legs: wire.MatchLegView, **changes: object) -> wire.MatchView:
    usual = {
        "id": name, "legs": list(legs), "score": Decimal("0.97"), "agrees": ["asset", "threshold"],
        "differs": [], "unknown": [], "verdict": verdict, "reasons": ["synthetic reason"],
        "polarity": "same", "status": "proposed", "version": 2, "proposed_at": NOON,
        "decided_at": None, "decided_by": "", "reason": "", "revoked": "",
    }  # fmt: skip
    return wire.MatchView.model_validate(usual | changes)


def pairs() -> list[wire.MatchView]:
    return [
        pair(
            "aaaa1111", "relative_value",
            leg("kalshi:BTC-78000", "Bitcoin price on Sep 30, 2026? $78,000 or above"),
            leg("polymarket:0xb7c", "Will the price of Bitcoin be above $78,000 on September 30?",
                source="One exchange, 1-minute candle close", zone="ET", void_rule="pays 50-50"),
            reasons=["the source differs: Synthetic index and One exchange, 1-minute candle close",
                     "the void rule is not stated by the first leg"],
        ),
        pair(
            "bbbb2222", "equivalent",
            leg("kalshi:FED-1", "Fed funds rate unchanged in October?", void_rule="pays 50-50"),
            leg("polymarket:0xfed", "No change in the Fed's rate in October?",
                void_rule="pays 50-50"),
            score=Decimal("1.00"), revoked="kalshi:FED-1 was reworded",
        ),
        pair(
            "cccc3333", "different",
            leg("kalshi:HOT-72", f"Highest temperature in New York {HOSTILE}"),
            leg("polymarket:0x72", "Highest temperature at LaGuardia: 72 or above",
                cutoff=None, polarity="inverted"),
            score=Decimal("0.40"), differs=["station: Central Park and LaGuardia"],
        ),
        pair(
            "dddd4444", "relative_value",
            leg("kalshi:RAIN", "Rain in Boston tomorrow?"),
            leg("polymarket:0xrain", "Will it rain in Boston tomorrow?"),
            status="confirmed", decided_at=NOON, decided_by="test-operator", reason="read both",
        ),
    ]  # fmt: skip


def page(pairs: list[wire.MatchView], query: dict[str, str]) -> wire.Page[wire.MatchView]:
    """The page that was asked for: two at once, so that there is a next one."""
    wanted = query.get("status")
    found = [each for each in pairs if wanted is None or each.status == wanted]
    start = int(query.get("cursor", "0"))
    end = start + 2
    following = f"{end}" if end < len(found) else None
    return wire.Page[wire.MatchView](items=found[start:end], next=following)


def decided(pair: wire.MatchView, decision: wire.MatchDecision) -> wire.MatchView:
    return pair.model_copy(
        update={
            "status": decision.status,
            "version": pair.version + 1,
            "decided_at": NOON,
            "decided_by": "test-operator",
            "reason": decision.reason,
            "revoked": "",
        }
    )
