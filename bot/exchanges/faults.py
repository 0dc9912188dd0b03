"""Faults on demand: what goes wrong, where, and how often."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from bot.exchanges.chance import unit


class Kind(StrEnum):
    """What a venue, or the way to it, can do wrong."""

    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    READ_TIMEOUT = "read-timeout"
    RESET = "reset"
    STATUS_429 = "429"
    STATUS_429_RETRY_AFTER = "429-retry-after"
    STATUS_500 = "500"
    STATUS_503 = "503"
    STATUS_403 = "403"
    STATUS_418 = "418"
    STATUS_451 = "451"
    TRUNCATED = "truncated"
    BROKEN_OFF = "broken-off"
    HTML = "html"
    WRONG_TYPES = "wrong-types"
    TOO_LARGE = "too-large"
    DRIP = "drip"
    STALE = "stale"
    DUPLICATES = "duplicates"
    RENAMED = "renamed"
    UNKNOWN_ENUM = "unknown-enum"
    EMPTY = "empty"


class FaultSyntaxError(ValueError):
    """A ``text`` that is no fault; ``hint`` says how one is written."""

    def __init__(self, text: str) -> None:
        self.text = text[:60]
        self.hint = (
            "Write KIND[@HOST/PATH][~SHARE], for example 503@clob.polymarket.com/books~0.2. "
            f"Kinds: {', '.join(kind.value for kind in Kind)}."
        )
        super().__init__(f"{self.text!r} is not a fault. {self.hint}")


@dataclass(frozen=True, slots=True)
class Rule:
    """A fault at the hosts and paths that match a pattern, in a share of the requests."""

    kind: Kind
    pattern: str = "*"
    share: float = 1.0

    @classmethod
    def parse(cls, text: str) -> "Rule":
        """Read ``KIND[@HOST/PATH][~SHARE]``; stars match anything."""
        rest, _, share = text.partition("~")
        kind, _, pattern = rest.partition("@")
        try:
            rule = cls(Kind(kind.strip()), pattern.strip() or "*", float(share or 1))
        except ValueError as exc:
            raise FaultSyntaxError(text) from exc
        if not 0 < rule.share <= 1:
            raise FaultSyntaxError(text)
        return rule

    def __str__(self) -> str:
        often = "" if self.share == 1 else f"~{self.share:g}"
        return f"{self.kind}@{self.pattern}{often}"


def due(rules: Iterable[Rule], place: str, seed: int, number: int) -> Kind | None:
    """The fault of the ``number``-th request, to ``place`` (host and path); the first that fits."""
    for rule in rules:
        if fnmatchcase(place, rule.pattern) and unit(seed, "fault", str(rule), number) < rule.share:
            return rule.kind
    return None
