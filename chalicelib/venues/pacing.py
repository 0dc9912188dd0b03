"""How often a host may be asked, and how long to wait before asking again. Pure: time comes in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime

_BACKOFF_SECONDS = 0.25
_LONGEST_HOLD_SECONDS = 900.0


LONGEST_BAN_SECONDS = 259_200.0
"""Three days: the longest that a venue documents (Binance, for going on after a 429)."""


@dataclass(frozen=True, slots=True)
class Pace:
    """A host's allowance: requests per second, and how many may go out at once.

    ``limit`` is what the host documents as its own limit per minute. Where it counts weights, all
    three are weights, and ``weight_header`` names the answer's header with the minute's count.
    """

    per_second: float
    burst: int
    limit: float | None = None
    weight_header: str = ""


@dataclass(slots=True)
class TokenBucket:
    """Spreads requests to one host over time. Times are seconds of any monotonic clock."""

    pace: Pace
    _tokens: float = field(init=False)
    _filled_at: float | None = field(default=None, init=False)
    _held_until: float = field(default=float("-inf"), init=False)

    def __post_init__(self) -> None:
        """Start full."""
        self._tokens = float(self.pace.burst)

    def wait(self, now: float, cost: float = 1.0) -> float:
        """Seconds until a request of this cost may go out; one above the burst needs all of it."""
        self._refill(now)
        missing = max(0.0, min(cost, float(self.pace.burst)) - self._tokens)
        return max(missing / self.pace.per_second, self._held_until - now, 0.0)

    def take(self, now: float, cost: float = 1.0) -> None:
        """Count a request, even one that still has to wait: the ones after it queue behind."""
        self._refill(now)
        self._tokens -= cost

    def hold(self, until: float) -> None:
        """Send nothing before ``until``: the host asked for a pause."""
        self._held_until = max(self._held_until, until)

    def _refill(self, now: float) -> None:
        elapsed = 0.0 if self._filled_at is None else max(0.0, now - self._filled_at)
        self._tokens = min(float(self.pace.burst), self._tokens + elapsed * self.pace.per_second)
        self._filled_at = now


def backoff(attempt: int, jitter: float) -> float:
    """Seconds before attempt ``attempt + 1``; doubling, spread by ``jitter`` from 0 to 1."""
    return float(_BACKOFF_SECONDS * 2 ** (attempt - 1) * (0.5 + jitter))


def retry_after(headers: Mapping[str, str], longest: float = _LONGEST_HOLD_SECONDS) -> float | None:
    """Seconds a host asks us to wait, as a number or as a date; None when it does not say.

    They are no more than ``longest``. A date is measured against the answer's own Date header, so
    that our clock does not matter.
    """
    asked = headers.get("retry-after", "").strip()
    if asked.isascii() and asked.isdigit():
        return min(float(asked[:9]), longest)
    until, answered = _http_date(asked), _http_date(headers.get("date", ""))
    if until is None or answered is None:
        return None
    return min(max((until - answered).total_seconds(), 0.0), longest)


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
