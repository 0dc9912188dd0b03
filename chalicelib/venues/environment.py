"""What the operator can choose about a venue or a source, read from the environment."""

from collections.abc import Mapping
from typing import ClassVar, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from chalicelib.domain.errors import InputError


def _listed(value: object) -> object:
    """The names of a list that is written with commas; each once."""
    if not isinstance(value, str):
        return value
    return tuple(dict.fromkeys(name.strip() for name in value.split(",") if name.strip()))


Listed = BeforeValidator(_listed)
"""Marks a tuple that the environment writes with commas."""


class SourceSettings(BaseModel):
    """What every venue and every source lets choose; each field is read from ``<PREFIX>_<FIELD>``.

    ``contact`` is read from ``VENUE_CONTACT``. What ``secrets`` hold is never part of an error.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
    prefix: ClassVar[str]
    secrets: ClassVar[frozenset[str]] = frozenset()

    budget_seconds: float = Field(
        20.0, ge=1, le=300, description="Longest time of one call, with retries"
    )
    contact: str = Field(
        "",
        max_length=120,
        pattern=r"^[!-'*-~]*$",
        description="E-mail or address sent to the venue in the User-Agent",
    )

    @classmethod
    def variable(cls, name: str) -> str:
        """The environment's name of a field."""
        return "VENUE_CONTACT" if name == "contact" else f"{cls.prefix}_{name.upper()}"

    @classmethod
    def from_env(cls, environment: Mapping[str, str]) -> Self:
        """Read the settings; raise InputError naming the variable that cannot be used."""
        variables = {name: cls.variable(name) for name in cls.model_fields}
        given = {name: environment[v] for name, v in variables.items() if v in environment}
        try:
            return cls.model_validate(given)
        except ValidationError as exc:
            raise cls._unusable(exc, given) from None

    @classmethod
    def _unusable(cls, exc: ValidationError, given: Mapping[str, str]) -> InputError:
        first = exc.errors(include_url=False, include_context=False)[0]
        fault = first["msg"].removeprefix("Value error, ")
        if not first["loc"]:
            return InputError(f"{cls.prefix}_*: {fault}", "These settings depend on each other.")
        name = str(first["loc"][0])
        shown = "not usable" if name in cls.secrets else repr(given.get(name, "not set"))
        field = cls.model_fields[name]
        remedy = "Set it." if field.is_required() else "Correct it or leave it unset."
        return InputError(
            f"{cls.variable(name)} is {shown}: {fault}", f"{field.description}. {remedy}"
        )
