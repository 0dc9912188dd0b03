"""Buckets of weather questions: "44-45°F", "82° or above", "more than 5 inches", "20°C"."""

import re
from dataclasses import dataclass
from decimal import Decimal

from chalicelib.matching.unread import Unread

ANY = Decimal(0)


@dataclass(frozen=True, slots=True)
class Bucket:
    """The values that pay. None: no bound on that side. ``step``: what the source rounds to.

    Where the source reports whole degrees, bounds are whole and included: "greater than 81°" is
    82 or more. Otherwise ``strict`` says that the bounds themselves do not pay.
    """

    low: Decimal | None
    high: Decimal | None
    unit: str
    step: Decimal | None
    strict: bool = False

    @property
    def text(self) -> str:
        """The bucket in words."""
        low, high = self.low, self.high
        above, below = (">", "<") if self.strict else (">=", "<=")
        if low is not None and high is not None:
            shown = f"{low}" if low == high else f"{low} to {high}"
        else:
            shown = f"{above} {low}" if high is None else f"{below} {high}"
        rounded = f", in steps of {self.step}" if self.step else ""
        return f"{shown} {self.unit or 'of an unstated unit'}{rounded}"


_NUMBER = r"(-?[0-9]{1,3}(?:\.[0-9]+)?)"
_DEGREES = r"\ ?(?:°|degrees|deg)?\ ?(?:f|c|fahrenheit|celsius)?\b\ ?°?"
_LENGTH = r'\ ?(?:inch(?:es)?|in\b|mm|cm|")?'
_SIDES = "and|to|-"


def _shapes(unit: str) -> list[tuple[re.Pattern[str], str]]:
    n = rf"{_NUMBER}(?:{unit})"
    return [
        (re.compile(rf"(?:\bbetween\ )?{n}\ ?(?:{_SIDES})\ ?{n}"), "between"),
        (re.compile(rf"{n}\ ?(?:or|and)\ (?:above|higher|more|greater|over)\b"), "at least"),
        (re.compile(rf"{n}\ ?(?:or|and)\ (?:below|lower|less|under|fewer)\b"), "at most"),
        (re.compile(rf"(?:\bat least|>=)\ ?{n}"), "at least"),
        (re.compile(rf"(?:\bat most|<=)\ ?{n}"), "at most"),
        (re.compile(rf"(?:\b(?:above|over|(?:more|greater|higher) than)|>)\ ?{n}"), "above"),
        (re.compile(rf"(?:\b(?:below|under|(?:less|lower|fewer) than)|<)\ ?{n}"), "below"),
        (re.compile(rf"(?:\bbe|\bexactly|\?)\ {n}"), "exactly"),
    ]


_TEMPERATURES, _AMOUNTS = _shapes(_DEGREES), _shapes(_LENGTH)
_RAIN_ALONE = re.compile(r"\b(?:it|there) (?:rain|snow|be (?:any )?(?:rain|snow))")


def read_bucket(text: str, law: str, is_temperature: bool) -> tuple[Bucket | Unread, str]:
    """The bucket that a title asks for and the rest of the title; both texts in lower case."""
    shapes = _TEMPERATURES if is_temperature else _AMOUNTS
    hits = ((shape.search(text), kind) for shape, kind in shapes)
    found, kind = next(((hit, kind) for hit, kind in hits if hit), (None, ""))
    if found is None:
        return _without_number(text, is_temperature)
    left = text[: found.start()] + " " + text[found.end() :]
    if re.search(r"[0-9]", left):
        return Unread("it names more numbers than one bucket has"), left
    numbers = [Decimal(number) for number in found.groups()]
    unit = _unit(found[0], law, is_temperature)
    return _bucket(kind, numbers, unit, _step(law, unit)), left


def _without_number(text: str, is_temperature: bool) -> tuple[Bucket | Unread, str]:
    if is_temperature or not _RAIN_ALONE.search(text):
        return Unread("it states no bucket"), text
    return Bucket(ANY, None, "", None, strict=True), text


def _unit(stated: str, law: str, is_temperature: bool) -> str:
    """The unit beside the number, or else the one that the rules name."""
    if not is_temperature:
        found = re.search(r'inch|mm|cm|in\b|"', stated)
        beside = {"inch": "inch", "in": "inch", '"': "inch", "mm": "mm", "cm": "cm"}
        return beside[found[0]] if found else ""
    own = re.search(r"[0-9°] ?(f|c)(?:ahrenheit|elsius)?\b|(fahrenheit|celsius)", stated)
    if own:
        return str(own[1] or own[2])[0].upper()
    named = set(re.findall(r"\bdegrees (fahrenheit|celsius)|\b(fahrenheit|celsius)\b", law))
    letters = {(a or b)[0].upper() for a, b in named}
    if len(letters) == 1:
        return str(letters.pop())
    return "F" if "climatological report" in law else ""  # the report has no other unit


def _step(law: str, unit: str) -> Decimal | None:
    """What the source rounds to, where the rules say it or the source has no other."""
    if unit not in ("F", "C"):
        return None
    if re.search(r"one decimal|to the tenth", law):
        return Decimal("0.1")
    if re.search(r"whole degrees?|climatological report", law):
        return Decimal(1)
    return None


def _bucket(kind: str, numbers: list[Decimal], unit: str, step: Decimal | None) -> Bucket | Unread:
    first, last = numbers[0], numbers[-1]
    if kind == "between":
        if first >= last:
            return Unread(f"it goes from {first} to {last}, which is no bucket")
        return Bucket(first, last, unit, step)
    if kind == "exactly":
        return Bucket(first, first, unit, step)
    if kind in ("at least", "at most"):
        is_floor = kind == "at least"
        return Bucket(first if is_floor else None, None if is_floor else first, unit, step)
    stepped = step is not None and first % step == 0
    if kind == "above":
        low = first + step if step is not None and stepped else first
        return Bucket(low, None, unit, step, strict=not stepped)
    high = first - step if step is not None and stepped else first
    return Bucket(None, high, unit, step, strict=not stepped)
