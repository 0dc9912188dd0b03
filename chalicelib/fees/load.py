"""Read fee rows from JSON, refusing anything that is not exactly a row."""

from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from chalicelib.domain.errors import InputError
from chalicelib.domain.fee import FeeFormula, FeeRounding, FeeTerms, RoundingMethod
from chalicelib.domain.money import ONE, ZERO
from chalicelib.fees.table import FeeTable

PUBLISHED = Path(__file__).with_name("schedule.json")


def _only_text(figure: object) -> object:
    if not isinstance(figure, str):
        raise ValueError(f"write {figure!r} in quotes: a bare number loses digits")
    return figure


Figure = Annotated[Decimal, BeforeValidator(_only_text)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _RoundingEntry(_Strict):
    method: RoundingMethod
    quantum: Figure = Decimal("0.000001")
    balance_step: Figure = Decimal("0.01")


class _RowEntry(_Strict):
    venue: str
    scope: str
    tier: str = "base"
    valid_from: datetime
    valid_until: datetime | None = None
    formula: FeeFormula
    taker_rate: Figure = ZERO
    maker_rate: Figure = ZERO
    exponent: Figure = ONE
    multiplier: Figure = ONE
    rounding: str
    rebate_share: Figure = ZERO
    name: str
    source: str
    verified: bool
    note: str = ""


class _ScheduleEntry(_Strict):
    roundings: dict[str, _RoundingEntry]
    rows: list[_RowEntry]


@cache
def published() -> FeeTable:
    """The rows that ship with the product, read once."""
    return read_table(PUBLISHED.read_text("utf-8"), PUBLISHED.name)


def read_table(text: str, where: str) -> FeeTable:
    """The table of a JSON text; raises InputError that names the row and field that are wrong."""
    try:
        entry = _ScheduleEntry.model_validate_json(text)
        roundings = {name: _rounding(name, r) for name, r in entry.roundings.items()}
        return FeeTable([_terms(row, roundings) for row in entry.rows])
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(step) for step in first["loc"])
        raise InputError(f"{where}: {path}: {first['msg']}", "compare it with its rows") from error
    except ValueError as error:
        raise InputError(f"{where}: {error}", "correct this row") from error


def _rounding(name: str, entry: _RoundingEntry) -> FeeRounding:
    try:
        return FeeRounding(entry.method, entry.quantum, entry.balance_step)
    except ValueError as error:
        raise ValueError(f"rounding '{name}': {error}") from error


def _terms(row: _RowEntry, roundings: dict[str, FeeRounding]) -> FeeTerms:
    if row.rounding not in roundings:
        raise ValueError(f"fee row '{row.name}': no rounding is named '{row.rounding}'")
    return FeeTerms(**{**dict(row), "rounding": roundings[row.rounding]})
