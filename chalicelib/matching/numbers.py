"""Amounts in questions: "$120k", "$1.5M", "120,000", "0.000013499"."""

import re
from decimal import Decimal

from chalicelib.matching.unread import Unread

_SCALES = {
    "": 1,
    **dict.fromkeys(("k", "thousand"), 10**3),
    **dict.fromkeys(("m", "mn", "mm", "mil", "million"), 10**6),
    **dict.fromkeys(("b", "bn", "billion"), 10**9),
    **dict.fromkeys(("t", "trillion"), 10**12),
}
_SCALE = "|".join(sorted(filter(None, _SCALES), key=len, reverse=True))
AMOUNT = rf"\$?\ ?(?<![0-9.,])[0-9][0-9,]*(?:\.[0-9]+)?(?:\ ?(?:{_SCALE})\b)?"
"""A dollar sign, digits with commas, a fraction, a scale: in this order, in lower case."""

_PARTS = re.compile(rf"\$?\ ?([0-9][0-9,]*)(\.[0-9]+)?\ ?({_SCALE})?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+")
LONGEST_DIGITS = 15


def read_amount(text: str) -> Decimal | Unread:
    """The number that an amount is, exactly; ``text`` is what AMOUNT found."""
    found = _PARTS.fullmatch(text.strip())
    if found is None:
        return Unread(f"{text!r} is no amount")
    whole, fraction, scale = found[1], found[2] or "", found[3] or ""
    if _GROUPED.fullmatch(whole) is None:
        return Unread(f"the commas in {whole!r} do not stand between thousands")
    if fraction == ".000" and "," not in whole and len(whole) <= 3:
        return Unread(f"{whole}{fraction} may mean {whole} or {whole} thousand")
    if len(whole) + len(fraction) > LONGEST_DIGITS:
        return Unread("it has a number of more digits than any price")
    return Decimal(whole.replace(",", "") + fraction) * _SCALES[scale]
