"""Python values as DynamoDB attributes and back, for the few kinds of value our rows hold.

boto3 has this too, but importing boto3 costs a cold start more than botocore with a client.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any


def to_attribute(value: Any) -> dict[str, Any]:
    """One value as an attribute; TypeError for a kind that has no exact form, floats above all."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int() | Decimal():
            return {"N": str(value)}
        case list() | tuple():
            return {"L": [to_attribute(part) for part in value]}
        case dict():
            return {"M": {str(name): to_attribute(part) for name, part in value.items()}}
    raise TypeError(f"a row cannot hold {type(value).__name__} {value!r}")


def from_attribute(attribute: Mapping[str, Any]) -> Any:
    """The value of an attribute.

    Our rows store whole numbers alone. A fraction comes from a row that somebody edited: it is
    kept as it is, so that the row can still be judged, and replaced.
    """
    ((kind, value),) = attribute.items()
    match kind:
        case "NULL":
            return None
        case "N":
            number = Decimal(value)
            return int(number) if number == number.to_integral_value() else number
        case "L":
            return [from_attribute(part) for part in value]
        case "M":
            return {name: from_attribute(part) for name, part in value.items()}
    return value
