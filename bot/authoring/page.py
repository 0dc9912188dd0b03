"""What is to be known of a strategy, in one document for the terminal and one for the docs."""

import inspect
from typing import Any

from chalicelib.domain.sizing import Sizing
from chalicelib.domain.strategy import Strategy, source_of

KINDS = {"binary": "prediction markets", "spot": "currencies"}


def document_of(cls: type[Strategy]) -> dict[str, Any]:
    """Everything that its author said, and the schema of its parameters."""
    about = cls.about
    return {
        "name": cls.name,
        "summary": inspect.cleandoc(cls.__doc__ or "").partition("\n")[0],
        "idea": inspect.cleandoc(inspect.getmodule(cls).__doc__ or ""),
        "trades": [KINDS[kind.value] for kind in about.trades],
        "baseline": about.baseline,
        "enters": about.enters,
        "leaves": about.leaves,
        "fails_when": about.fails_when,
        "lookback": cls(cls.Params()).lookback,
        "sizing": _sizing(about.sizing),
        "exits": about.exits.model_dump(mode="json", exclude_none=True),
        "parameters": [_parameter(n, p) for n, p in _properties(cls).items()],
        "source": source_of(cls),
    }


def page_of(cls: type[Strategy]) -> str:
    """The strategy's page of the docs, without results: those are measured."""
    said = document_of(cls)
    kinds = " and ".join(said["trades"])
    exits = ", ".join(f"`{rule}` {value}" for rule, value in said["exits"].items()) or "none"
    lines = [
        f"# {said['name']}",
        "",
        said["idea"],
        "",
        f"- **Trades:** {kinds}",
        f"- **Enters:** {said['enters']}",
        f"- **Leaves:** {said['leaves']}",
        f"- **Fails when:** {said['fails_when']}",
        f"- **Sizing:** {said['sizing']}; **exit rules:** {exits}",
        "",
        "| Parameter | Default | Bounds | |",
        "|---|---|---|---|",
        *(
            f"| `{p['name']}` | {p['default']} | {p['bounds']} | {p['description']} |"
            for p in said["parameters"]
        ),
    ]
    return "\n".join(lines) + "\n"


def _sizing(sizing: Sizing) -> str:
    """The policy with those of its numbers that it looks at, as their descriptions say."""
    numbers = [
        f"{name} {getattr(sizing, name)}"
        for name, field in Sizing.model_fields.items()
        if (field.description or "").startswith(f"{sizing.policy}:")
        and getattr(sizing, name) is not None
    ]
    return f"{sizing.policy} ({', '.join(numbers)})" if numbers else sizing.policy.value


def _properties(cls: type[Strategy]) -> dict[str, Any]:
    return dict(cls.Params.model_json_schema().get("properties", {}))


def _parameter(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "default": schema.get("default"),
        "bounds": _bounds(schema),
        "description": schema.get("description", ""),
    }


def _bounds(schema: dict[str, Any]) -> str:
    """As people write them: ``above 0, at most 1``."""
    words = {
        "exclusiveMinimum": "above", "minimum": "at least",
        "exclusiveMaximum": "below", "maximum": "at most",
    }  # fmt: skip
    found = [f"{said} {schema[key]}" for key, said in words.items() if key in schema]
    return ", ".join(found) or ", ".join(map(str, schema.get("enum", [])))
