"""Write the tables of docs/fees.md again: ``python -m tests.unit.fees.fee_doc``, from the root."""

from collections.abc import Iterable
from pathlib import Path

from chalicelib.domain.fee import FeeFormula, FeeTerms, RoundingMethod
from chalicelib.fees.load import published

DOC = Path(__file__).parents[3] / "docs" / "fees.md"
BEGIN, END = "<!-- rows of schedule.json: begin -->", "<!-- rows of schedule.json: end -->"
COLUMNS = (
    *("row", "for", "tier", "from", "until", "formula"),
    *("taker", "maker", "rounding", "rebate", "verified"),
)


def table() -> str:
    """All rows, by venue, then their sources and notes."""
    venues = dict.fromkeys(row.venue for row in published().rows)
    return "\n\n".join(_venue(venue) for venue in venues)


def written(text: str) -> str:
    """The document with its tables replaced by the rows as they are now."""
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


def _venue(venue: str) -> str:
    rows = [row for row in published().rows if row.venue == venue]
    head = [f"### {venue}", "", _cells(COLUMNS), _cells(["---"] * len(COLUMNS))]
    lines = [*head, *map(_row, rows), ""]
    lines += [f"- {row.name}: {row.source}." + (f" {row.note}" if row.note else "") for row in rows]
    return "\n".join(lines)


def _row(row: FeeTerms) -> str:
    until = f"{row.valid_until:%Y-%m-%d}" if row.valid_until else ""
    cells = (
        row.name,
        row.scope.replace("|", ", ").replace("*", r"\*"),
        row.tier.replace("|", ", "),
        f"{row.valid_from:%Y-%m-%d}",
        until,
        _formula(row),
        f"{row.taker_rate:f}",
        f"{row.maker_rate:f}",
        _rounding(row),
        f"{row.rebate_share:f}",
        "yes" if row.verified else "no",
    )
    return _cells(cells)


def _cells(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _formula(row: FeeTerms) -> str:
    power = f"^{row.exponent:f}" if row.exponent != 1 else ""
    factor = f"{row.multiplier:f} · " if row.multiplier != 1 else ""
    return (
        factor
        + {
            FeeFormula.NONE: "0",
            FeeFormula.QUADRATIC: f"size · rate · (p(1-p)){power}",
            FeeFormula.QUADRATIC_OF_VALUE: f"size · p · rate · (p(1-p)){power}",
            FeeFormula.PERCENT: "size · p · rate",
        }[row.formula]
    )


def _rounding(row: FeeTerms) -> str:
    quantum, step = f"{row.rounding.quantum:f}", f"{row.rounding.balance_step:f}"
    return {
        RoundingMethod.EXACT: "none",
        RoundingMethod.NEAREST_PER_MATCH: f"each match to {quantum}",
        RoundingMethod.UP_PER_ORDER: f"the order up to {quantum}",
        RoundingMethod.COST_UP_PER_ORDER: f"fee and value of the order up to {quantum}",
        RoundingMethod.BALANCE: f"each match up to {quantum}, balance to {step}",
    }[row.rounding.method]


if __name__ == "__main__":
    DOC.write_text(written(DOC.read_text("utf-8")), "utf-8")
