"""What a judgement depends on besides the data: the time, the rules, what is held, the past."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from chalicelib.domain.arrays import FloatArray
from chalicelib.domain.market import InstrumentId, MarketId
from chalicelib.domain.quality import Doubted, QualityRules


class PastRow(NamedTuple):
    """One committed moment: the mid of every instrument then, by its column."""

    instruments: tuple[InstrumentId, ...]
    columns: Mapping[InstrumentId, int]
    mid: FloatArray
    doubted: tuple[Doubted, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """One judgement's circumstances; ``past`` is oldest first. ``at`` is the cycle's time."""

    at: datetime
    rules: QualityRules = field(default_factory=QualityRules)
    held: frozenset[MarketId] = frozenset()
    past: tuple[PastRow, ...] = ()
