"""What is to be known of a strategy: one document for the terminal, one page for the docs."""

import inspect
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chalicelib.domain.market import MarketKind
from chalicelib.domain.sizing import Sizing
from chalicelib.domain.strategy import Strategy, source_of

KINDS = {MarketKind.BINARY: "contracts that pay 1 or 0", MarketKind.SPOT: "currencies"}
BOUNDS = {
    "minimum": "≥ {}",
    "exclusiveMinimum": "> {}",
    "maximum": "≤ {}",
    "exclusiveMaximum": "< {}",
}
NOT_MEASURED = ("## What it did", "", "It was not measured on any past yet.")


def document_of(strategy: type[Strategy]) -> dict[str, Any]:
    """Everything that its author said, with its parameters, and where it is written."""
    about = strategy.about
    return {
        "name": strategy.name,
        "summary": inspect.cleandoc(strategy.__doc__ or "").partition("\n")[0],
        "trades": [KINDS[kind] for kind in about.trades],
        "baseline": about.baseline,
        "enters": about.enters,
        "leaves": about.leaves,
        "fails_when": about.fails_when,
        "lookback": strategy(strategy.Params()).lookback,
        "sizing": _sizing(about.sizing),
        "exits": about.exits.model_dump(mode="json", exclude_none=True),
        "parameters": parameters_of(strategy),
        "source": source_of(strategy),
    }


def parameters_of(strategy: type[Strategy]) -> list[dict[str, Any]]:
    """Name, default, bounds in signs, and description of each parameter."""
    fields = strategy.Params.model_json_schema().get("properties", {})
    return [
        {
            "name": name,
            "default": schema.get("default"),
            "bounds": _bounds(schema),
            "description": schema.get("description", ""),
        }
        for name, schema in fields.items()
    ]


def page_of(strategy: type[Strategy], measured: Iterable[str] = NOT_MEASURED) -> str:
    """What a strategy is, what it takes, when it fails, and what it did: ``measured`` lines."""
    about = strategy.about
    module = inspect.getmodule(strategy)
    lines = [
        f"# {strategy.name}",
        "",
        inspect.cleandoc((module.__doc__ if module else "") or ""),
        "",
        f"**Trades** {' and '.join(KINDS[kind] for kind in about.trades)}."
        + (" **A baseline**: what others are measured against." if about.baseline else ""),
        "",
        f"**Enters.** {about.enters}",
        "",
        f"**Leaves.** {about.leaves}",
        "",
        f"**Fails when.** {about.fails_when}",
        "",
        *_table(strategy),
        *_defaults(strategy),
        *measured,
    ]
    return "\n".join(lines).rstrip() + "\n"


def _table(strategy: type[Strategy]) -> Iterator[str]:
    yield from ("## Parameters", "")
    parameters = parameters_of(strategy)
    if not parameters:
        yield from ("None.", "")
        return
    yield from ("| parameter | default | bounds | |", "|---|---|---|---|")
    for each in parameters:
        cells = (f"`{each['name']}`", each["default"], each["bounds"], each["description"])
        yield f"| {' | '.join(map(str, cells))} |"
    yield ""


def _defaults(strategy: type[Strategy]) -> Iterator[str]:
    sizing = strategy.about.sizing.model_dump(mode="json", exclude_defaults=True)
    exits = strategy.about.exits.model_dump(mode="json", exclude_none=True)
    for heading, rules in (("Sizing", sizing), ("Exits", exits)):
        if rules:
            told = ", ".join(f"{name} {value}" for name, value in rules.items())
            yield from (f"**{heading} by default.** {told}.", "")


def _sizing(sizing: Sizing) -> str:
    """The policy with those of its numbers that it looks at, as their descriptions say."""
    numbers = [
        f"{name} {getattr(sizing, name)}"
        for name, field in Sizing.model_fields.items()
        if (field.description or "").startswith(f"{sizing.policy}:")
        and getattr(sizing, name) is not None
    ]
    return f"{sizing.policy} ({', '.join(numbers)})" if numbers else sizing.policy.value


def _bounds(schema: Mapping[str, Any]) -> str:
    bounds = ", ".join(
        words.format(f"{schema[key]:g}") for key, words in BOUNDS.items() if key in schema
    )
    return bounds or " or ".join(f"`{choice}`" for choice in schema.get("enum", ()))
