"""What the instruments of a tape ask, as columns: read from their texts, or confirmed by people."""

from dataclasses import dataclass, fields

import numpy as np

from chalicelib.domain.arrays import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class Questions:
    """Every array is (N,), read-only, and describes one instrument.

    ``affirmative``: it pays when the event happens; its complement pays when it does not.
    ``group``: number of the exclusive group, at most one market of which pays; -1 for none.
    ``group_size``: how many markets the venue lists in that group when exactly one of them must
    pay; 0 where that is not so or not known.
    ``subject``: questions that differ in nothing but bounds and times share a number, and so do
    the columns of one currency in dollars; -1 for none.
    Spot columns share one where they are the same currency against a dollar, at any venue.
    The event of such a question is that the subject's value lies in ``low <= value < high``
    (infinite where there is no bound, NaN where the question has none): at ``ends_at``, or for a
    ``touch`` at any time until then. Something that is to happen by a date is a touch without
    bounds. Where ``starts_at`` is known the event is that the value at ``ends_at`` is no lower
    than at ``starts_at``. Both are unix seconds, NaN where not known.
    ``underlying``: column of the currency whose price is the subject's value; -1 for none here.
    ``twin``: column of the instrument at another venue that an operator confirmed to pay when this
    one does; -1 for none.
    """

    affirmative: BoolArray
    group: IntArray
    group_size: IntArray
    subject: IntArray
    low: FloatArray
    high: FloatArray
    touch: BoolArray
    starts_at: FloatArray
    ends_at: FloatArray
    underlying: IntArray
    twin: IntArray

    @classmethod
    def none(cls, columns: int) -> "Questions":
        """Nothing is known of any instrument."""
        nobody = np.full(columns, -1, np.int64)
        unknown = np.full(columns, np.nan)
        no = np.zeros(columns, np.bool_)
        return cls(
            no, nobody, np.zeros(columns, np.int64), nobody, unknown, unknown, no, unknown,
            unknown, nobody, nobody,
        )  # fmt: skip

    def lock(self, columns: int) -> None:
        """Check the shapes and make every array read-only."""
        for each in fields(self):
            array = getattr(self, each.name)
            if array.shape != (columns,):
                raise ValueError(f"{each.name} has shape {array.shape}, expected ({columns},)")
            array.setflags(write=False)
