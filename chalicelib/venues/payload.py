"""What the wire models of all venues share: open to new fields, strict about every value."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, NoReturn, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainValidator,
    StrictBool,
    ValidationError,
)

from chalicelib.domain.errors import VenuePayloadError
from chalicelib.domain.money import ONE, ZERO
from chalicelib.venues.text import clean_text

MAX_DIGITS = 38
"""What DynamoDB keeps of a number; an amount with more could not be stored as it was."""

_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,38}(\.[0-9]{1,38})?([eE][+-]?[0-9]{1,2})?", re.ASCII)
_SHORT_NUMBER = re.compile(r"[0-9]{1,18}(\.[0-9]{1,18})?", re.ASCII)
"""What nearly all numbers look like: none of them passes a limit below."""
_WRITTEN = (str, Decimal, int)
_MAX_EXPONENT = 38
_TOO_LARGE = 10**MAX_DIGITS
_TOO_MUCH = Decimal(10**15)
_UNSET_TIME = "0001-01-01"
_HINT = "If this goes on, the venue has changed its format: compare the wire models with its API."

Model = TypeVar("Model", bound=BaseModel)


class WireModel(BaseModel):
    """Base of every venue's answers. Venues add fields without notice, so unknown ones pass."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


def load_json(body: str | bytes) -> object:
    """Parse JSON with exact decimals; raise ValueError for NaN, infinity and absurd nesting."""
    try:
        return _DECODER.decode(body) if isinstance(body, str) else json.loads(body, **_EXACTLY)
    except RecursionError as exc:
        raise ValueError("nested too deeply") from exc


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


_EXACTLY: Mapping[str, Any] = {"parse_float": Decimal, "parse_constant": _refuse_constant}
_DECODER = json.JSONDecoder(**_EXACTLY)
"""Made once: lists inside of strings are read several times for every market."""


def exact_number(value: object) -> Decimal:
    """Read a number sent as JSON number or as plain text; raise ValueError for all else."""
    if type(value) in _WRITTEN and _SHORT_NUMBER.fullmatch(str(value)):
        return Decimal(value)  # type: ignore[arg-type]
    if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
        raise ValueError("expected a number")
    if isinstance(value, int) and abs(value) >= _TOO_LARGE:
        raise ValueError(f"more than {MAX_DIGITS} digits")
    if isinstance(value, str) and not _PLAIN_NUMBER.fullmatch(value):
        raise ValueError("not a plain number")
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError("not finite")
    if number.is_signed() and not number:
        raise ValueError("negative zero")
    if abs(number.adjusted()) > _MAX_EXPONENT or _digits(number) > MAX_DIGITS:
        raise ValueError(f"more than {MAX_DIGITS} digits")
    return number


def _digits(number: Decimal) -> int:
    """How many digits a number has, or a few more: taking it apart is slow, and rarely needed."""
    written = len(str(number))
    return written if written <= MAX_DIGITS else len(number.as_tuple().digits)


def _utc_instant(value: object) -> datetime | None:
    if value is None or (isinstance(value, str) and value.startswith(_UNSET_TIME)):
        return None
    if not isinstance(value, str):
        raise ValueError("expected an ISO 8601 time")
    instant = datetime.fromisoformat(value)
    if instant.tzinfo is None:
        raise ValueError("time without an offset from UTC")
    try:
        return instant.astimezone(UTC)
    except OverflowError as exc:
        raise ValueError("time out of range") from exc


def _decoded_list(value: object) -> object:
    return load_json(value) if isinstance(value, str) else value


def probability(value: object) -> Decimal:
    """Read a number from 0 to 1; raise ValueError for all else."""
    number = exact_number(value)
    if not ZERO <= number <= ONE:
        raise ValueError("expected a number from 0 to 1")
    return number


def amount(value: object) -> Decimal:
    """Read a number from 0 that some market could show; raise ValueError for all else."""
    number = exact_number(value)
    if not ZERO <= number < _TOO_MUCH:
        raise ValueError("expected a number from 0 to less than 10^15")
    return number


Number = Annotated[Decimal, PlainValidator(exact_number)]
Probability = Annotated[Decimal, PlainValidator(probability)]
Amount = Annotated[Decimal, PlainValidator(amount)]
Instant = Annotated[datetime | None, BeforeValidator(_utc_instant)]
"""An aware UTC time; a missing one, or the zero time of Go programs, is None."""
Moment = Annotated[datetime, BeforeValidator(_utc_instant)]
"""An aware UTC time that has to be there."""
Flag = StrictBool
BlankIsNone = BeforeValidator(lambda value: None if value == "" else value)
"""Marks a field whose empty string means that nothing is stated."""
FromJsonText = BeforeValidator(_decoded_list)
"""Marks a list that the venue sends as JSON text inside a JSON string."""


def read_model(model: type[Model], raw: object, path: str) -> Model:
    """Validate one answer or entry; raise VenuePayloadError with the field's path and value."""
    try:
        return model.model_validate(raw)
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_context=False)[0]
        where = ".".join((path, *(str(part) for part in first["loc"])))
        raise refused(where, first["input"], first["msg"].removeprefix("Value error, ")) from exc


def refused(where: str, value: object, why: str) -> VenuePayloadError:
    """Build the error for a value that cannot be true."""
    return VenuePayloadError(f"{where} is {clean_text(repr(value), 60)}: {why}", _HINT)
