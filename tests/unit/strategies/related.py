"""Two markets of one subject, as a tape: "above 100" and "above 110" on the same day."""

from typing import Any

import numpy as np

from chalicelib.domain.tape import Tape
from tests.builders import asking, tape


def two_markets(first: Any, second: Any, **changes: Any) -> Tape:
    """Mid prices of the affirmative outcomes of both; the other outcomes mirror them."""
    one, other = np.asarray(first, float), np.asarray(second, float)
    return tape(np.column_stack([one, 1 - one, other, 1 - other]), **changes)


def above(seen: Tape) -> Tape:
    """Both ask whether the same value is above a bound."""
    return asking(seen, subject=[0] * 4, low=[100, 100, 110, 110], high=[np.inf] * 4)


def exclusive(seen: Tape) -> Tape:
    """At most one of the two can pay."""
    return asking(seen, group=[0] * 4)
