"""The quotes of one venue that nothing speaks against so far."""

from dataclasses import dataclass

from chalicelib.domain.book import Quote
from chalicelib.domain.market import InstrumentId
from chalicelib.validation.findings import Findings


@dataclass(frozen=True, slots=True)
class Standing:
    """What still stands, and what was found; each rule takes away from ``quotes``."""

    quotes: dict[InstrumentId, Quote]
    findings: Findings

    @property
    def venue(self) -> str:
        """Whose quotes they are."""
        return self.findings.venue

    def doubt(self, name: InstrumentId, code: str, words: str) -> None:
        """Set a quote aside."""
        if self.quotes.pop(name, None) is not None:
            self.findings.add(name, code, words)
