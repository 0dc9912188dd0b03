"""Read a settings model from the environment, telling which variable cannot be used."""

from collections.abc import Collection, Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from chalicelib.domain.errors import InputError

Chosen = TypeVar("Chosen", bound=BaseModel)

_SHARED = {"contact": "VENUE_CONTACT"}


def read_settings(
    model: type[Chosen],
    prefix: str,
    environment: Mapping[str, str],
    secrets: Collection[str] = (),
) -> Chosen:
    """Each field from ``<prefix><FIELD>``, and ``contact`` from ``VENUE_CONTACT``.

    Raises InputError; the values of ``secrets`` are never part of it.
    """
    variables = {name: _SHARED.get(name, prefix + name.upper()) for name in model.model_fields}
    given = {name: environment[v] for name, v in variables.items() if v in environment}
    try:
        return model.model_validate(given)
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_context=False)[0]
        fault = first["msg"].removeprefix("Value error, ")
        if not first["loc"]:
            raise InputError(
                f"{prefix}*: {fault}", "These settings depend on each other."
            ) from None
        name = str(first["loc"][0])
        shown = "not usable" if name in secrets else repr(given.get(name, "not set"))
        field = model.model_fields[name]
        remedy = "Set it." if field.is_required() else "Correct it or leave it unset."
        raise InputError(
            f"{variables[name]} is {shown}: {fault}", f"{field.description}. {remedy}"
        ) from None
