"""Whether two markets that ask the same also end the same: a record per leg, and a verdict.

Only what both records state and agree on makes legs EQUIVALENT. Whatever is merely alike is
RELATIVE_VALUE and is never called arbitrage: both legs can lose.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.errors import InputError

SAME_QUESTION = timedelta(days=1)
"""Cut-offs further apart than this make two questions, not one."""


class Verdict(StrEnum):
    """What two legs are to each other."""

    EQUIVALENT = "equivalent"
    RELATIVE_VALUE = "relative_value"
    DIFFERENT = "different"


class Polarity(StrEnum):
    """Whether a leg's first outcome pays when what the pair asks is true."""

    SAME = "same"
    INVERTED = "inverted"


@dataclass(frozen=True, slots=True)
class ResolutionRecord:
    """How a leg ends. None: its texts do not state it, and nobody filled it in.

    ``bucket`` says which values pay, with their bounds and the rounding of the source.
    ``group`` is shown and not compared: each venue has sets of its own. ``filled`` names what an
    operator supplied.
    """

    source: str | None = None
    cutoff: datetime | None = None
    zone: str | None = None
    void_rule: str | None = None
    polarity: Polarity | None = None
    bucket: str | None = None
    group: str | None = None
    filled: tuple[str, ...] = ()

    @property
    def unknown(self) -> tuple[str, ...]:
        """What has to be known and is not, by field."""
        return tuple(name for name in COMPARED if getattr(self, name) is None)


COMPARED = ("source", "cutoff", "zone", "void_rule", "polarity", "bucket")
LABELS = {
    "source": "source",
    "cutoff": "cut-off",
    "zone": "time zone",
    "void_rule": "void rule",
    "polarity": "polarity",
    "bucket": "bucket",
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with its reasons; EQUIVALENT has one reason too."""

    verdict: Verdict
    reasons: tuple[str, ...]


def judge(
    a: ResolutionRecord, b: ResolutionRecord, differs: tuple[str, ...] = ()
) -> Judgement:  # fmt: skip
    """What two legs are to each other; ``differs`` is in what their questions differ."""
    apart = _apart(a, b)
    if differs or apart:
        return Judgement(Verdict.DIFFERENT, (*differs, *apart))
    reasons = (*_unequal(a, b), *_unstated(a, b))
    if reasons:
        return Judgement(Verdict.RELATIVE_VALUE, reasons)
    turned = "inverted: YES of one is NO of the other" if a.polarity is not b.polarity else "same"
    words = f"source, cut-off, time zone, void rule and bucket agree; polarity {turned}"
    return Judgement(Verdict.EQUIVALENT, (words,))


def _apart(a: ResolutionRecord, b: ResolutionRecord) -> tuple[str, ...]:
    if a.cutoff is None or b.cutoff is None or abs(a.cutoff - b.cutoff) <= SAME_QUESTION:
        return ()
    return (f"the cut-offs are {abs(a.cutoff - b.cutoff)} apart",)


def _unequal(a: ResolutionRecord, b: ResolutionRecord) -> tuple[str, ...]:
    """What both state and state differently.

    Inverted polarity is no difference in the ending, and neither are two zones of one instant.
    """
    one_instant = a.cutoff is not None and a.cutoff == b.cutoff
    skipped = {"polarity", "zone"} if one_instant else {"polarity"}
    return tuple(
        f"the {LABELS[name]} differs: {_shown(getattr(a, name))} and {_shown(getattr(b, name))}"
        for name in COMPARED
        if name not in skipped
        and None not in (getattr(a, name), getattr(b, name))
        and getattr(a, name) != getattr(b, name)
    )


def _unstated(a: ResolutionRecord, b: ResolutionRecord) -> tuple[str, ...]:
    return tuple(
        f"the {LABELS[name]} is not stated by {' or '.join(who)}"
        for name in COMPARED
        if (
            who := [
                leg
                for leg, record in (("the first leg", a), ("the second leg", b))
                if name in record.unknown
            ]
        )
    )


def _shown(value: object) -> str:
    return f"{value:%Y-%m-%d %H:%M} UTC" if isinstance(value, datetime) else f"{value}"


def fill(record: ResolutionRecord, supplied: Mapping[str, object]) -> ResolutionRecord:
    """The record with what an operator knows. InputError for what the texts themselves state."""
    for name in supplied:
        if name not in COMPARED:
            known = ", ".join(COMPARED)
            raise InputError(f"a record has no {name[:40]!r} to fill in", f"It has: {known}.")
        if name not in record.unknown:
            raise InputError(
                f"the {LABELS[name]} is stated by the market: {_shown(getattr(record, name))}",
                "Reject the pair if that is wrong; only what is not stated can be filled in.",
            )
    known_fields = {field.name for field in fields(record)}
    values = {name: value for name, value in supplied.items() if name in known_fields}
    return replace(record, **values, filled=(*record.filled, *supplied))  # type: ignore[arg-type]
