"""Crypto questions as values: asset, price, direction, and when the price is looked at."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from chalicelib.matching.assets import mark_assets
from chalicelib.matching.crypto_grammar import Claim, Direction, read_claim
from chalicelib.matching.date_phrases import find_days, is_vague, with_year_of, without_vague
from chalicelib.matching.dates import Days, read_days, resolve_days, usable_close
from chalicelib.matching.sources import source_of
from chalicelib.matching.text import LONGEST_RULES, plain, unreadable
from chalicelib.matching.times import LAST_MINUTE, ClockTime, moment, read_clocks, window
from chalicelib.matching.unread import Unread
from chalicelib.matching.zones import NAMED, instants_of, zone_name


class Observed(StrEnum):
    """When the price counts."""

    INSTANT = "instant"
    WINDOW = "window"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class CryptoQuestion:
    """A question about the price of one asset.

    INSTANT: the price at ``end``. WINDOW: any price from ``start`` to ``end``. CHANGE: the price
    at ``end`` against that at ``start``. Times are UTC and None where the texts do not state
    them; ``start`` None of a WINDOW: from the making of the market. ``unclear`` says what was
    not understood about the time; the rest stands.
    """

    asset: str
    direction: Direction
    thresholds: tuple[Decimal, ...]
    inclusive: bool | None
    observed: Observed
    days: Days | None
    start: datetime | None
    end: datetime | None
    zone: str
    source: str
    unclear: str = ""


def read_crypto(
    title: str, closes_at: datetime | None, rules: str = "", source: str = ""
) -> CryptoQuestion | Unread:
    """A crypto question, or why it is none; ``closes_at`` is the market's, rules its own text."""
    closes_at = usable_close(closes_at)
    odd = unreadable(title)
    if odd:
        return Unread(odd)
    marked, assets = mark_assets(plain(title))
    if len(assets) != 1:
        named = ", ".join(sorted(assets))
        return Unread(f"it names {named}, not one asset" if assets else "it names no crypto asset")
    marked, clocks, unclear = read_clocks(marked)
    claim = read_claim(without_vague(find_days(marked)[0]))
    if isinstance(claim, Unread):
        return claim
    law = plain(rules, LONGEST_RULES).lower()
    days = _days(marked, law, closes_at)
    named_source = source_of(rules, source)
    base = CryptoQuestion(
        assets.pop(), claim.direction, claim.thresholds, claim.inclusive, Observed.INSTANT,
        None, None, None, "", named_source, unclear,
    )  # fmt: skip
    return _timed(base, claim, days, clocks, law, closes_at)


def _days(marked: str, law: str, closes_at: datetime | None) -> Days | Unread | None:
    """The days of the title, or of the rules where it names none.

    A year that the title leaves out is the one that the rules give this day, before any other.
    """
    _, said = find_days(marked)
    dated = {resolve_days(with_year_of(law, each), closes_at) for each in said}
    if len(dated) == 1 and not is_vague(marked):
        return dated.pop()
    if not said and not is_vague(marked):
        in_law = {resolve_days(each, None) for each in find_days(law)[1] if each.is_dated}
        return in_law.pop() if len(in_law) == 1 else None
    return read_days(marked, closes_at)[1]


def _timed(
    base: CryptoQuestion,
    claim: Claim,
    days: Days | Unread | None,
    clocks: tuple[ClockTime, ...],
    law: str,
    closes_at: datetime | None,
) -> CryptoQuestion | Unread:
    if isinstance(days, Unread):
        base = _note(base, days.reason)
        days = None
    elif days is not None:
        base = replace(base, days=days)
    if claim.direction is Direction.UP:
        return _change(replace(base, observed=Observed.CHANGE), claim, clocks, closes_at)
    observed = _observed(claim, days)
    if isinstance(observed, Unread):
        return observed
    stated = clocks or _law_clocks(law)
    if observed is Observed.INSTANT:
        return _instant(base, stated, closes_at)
    touch = {Direction.ABOVE: Direction.REACH, Direction.BELOW: Direction.DIP}
    direction = touch.get(base.direction, base.direction)
    return _window(replace(base, observed=observed, direction=direction), stated)


def _law_clocks(law: str) -> tuple[ClockTime, ...]:
    return read_clocks(law)[1]


def _note(base: CryptoQuestion, reason: str) -> CryptoQuestion:
    return replace(base, unclear="; ".join(filter(None, (base.unclear, reason))))


def _observed(claim: Claim, days: Days | None) -> Observed | Unread:
    """Whether a moment counts or any time of a span, by the verb and the words before the date."""
    touches = claim.direction in (Direction.REACH, Direction.DIP)
    if days is None or touches:
        return Observed.WINDOW if touches else Observed.INSTANT
    if days.end or days.first == days.last:
        return Observed.INSTANT
    if claim.closing:
        return Unread("'close' asks for a moment, the date gives a span")
    if days.first is not None or claim.direction is Direction.BETWEEN:
        return Unread("a price in a whole period is neither a moment nor a touch")
    return Observed.WINDOW


def _instant(
    base: CryptoQuestion, clocks: tuple[ClockTime, ...], closes_at: datetime | None
) -> CryptoQuestion:
    if base.days is None:
        return base if base.unclear else _note(base, "it names no date")
    stated = {(clock.start, clock.zone) for clock in clocks if clock.end is None}
    if len(stated) != 1:
        return _note(base, "several times of day are stated" if stated else "no time of day")
    at, zone = stated.pop()
    end = moment(base.days.last, at, zone, closes_at)
    if isinstance(end, Unread):
        return _note(base, end.reason)
    return replace(base, end=end, zone=zone_name(zone))


def _window(base: CryptoQuestion, clocks: tuple[ClockTime, ...]) -> CryptoQuestion:
    if base.days is None:
        return base if base.unclear else _note(base, "it names no date")
    zones = {clock.zone for clock in clocks if clock.start == LAST_MINUTE and clock.zone in NAMED}
    if len(zones) != 1:
        return _note(base, "the end of the last day is not stated with its zone")
    zone = zones.pop()
    local = NAMED[zone]
    first, after = base.days.first, base.days.last + timedelta(days=1)
    start = None if first is None else local.midnight(first)
    return replace(base, start=start, end=local.midnight(after), zone=zone_name(zone))


def _change(
    base: CryptoQuestion, claim: Claim, clocks: tuple[ClockTime, ...], closes_at: datetime | None
) -> CryptoQuestion:
    if base.days is not None and len(clocks) == 1:
        return _stated_change(base, clocks[0], closes_at)
    if claim.minutes is None:
        return _note(base, "the start of the comparison is not stated")
    if closes_at is None:
        return _note(base, "the market has no time of close")
    start = closes_at - timedelta(minutes=claim.minutes)
    return replace(base, start=start, end=closes_at, zone="UTC")


def _stated_change(
    base: CryptoQuestion, clock: ClockTime, closes_at: datetime | None
) -> CryptoQuestion:
    if base.days is None:
        return base
    if clock.end is None:  # "2AM ET": the hour that begins then
        begun = instants_of(datetime.combine(base.days.last, clock.start), clock.zone)
        hours = [(start, start + timedelta(hours=1)) for start in begun]
        fitting = hours if len(hours) == 1 else [hour for hour in hours if hour[1] == closes_at]
        span = fitting[0] if fitting else Unread("clocks change in that hour")
    else:
        span = window(base.days.last, clock, closes_at)
    if isinstance(span, Unread):
        return _note(base, span.reason)
    return replace(base, start=span[0], end=span[1], zone=zone_name(clock.zone))
