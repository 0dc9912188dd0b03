"""Turn the policy files in ``.chalice/`` into concrete ones.

The files name resources by ``{"Fn::Sub": "arn:…${TableName}"}``. CloudFormation resolves that by
itself on the packaged path; ``chalice deploy`` needs plain ARNs, which this module fills in.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.cloud.errors import CloudError

PLACE = re.compile(r"\$\{([A-Za-z:]+)\}")


def fill(document: Any, values: Mapping[str, str]) -> Any:
    """A copy of a policy with every ``Fn::Sub`` replaced by its text, filled from ``values``."""
    if isinstance(document, list):
        return [fill(part, values) for part in document]
    if not isinstance(document, dict):
        return document
    if set(document) == {"Fn::Sub"}:
        return PLACE.sub(lambda place: _value(place[1], values), document["Fn::Sub"])
    return {key: fill(value, values) for key, value in document.items()}


def _value(name: str, values: Mapping[str, str]) -> str:
    if name not in values:
        raise CloudError(
            f"a policy names ${{{name}}}, which nothing fills in",
            f"Known are: {', '.join(sorted(values))}.",
        )
    return values[name]


def read(folder: Path) -> dict[str, Any]:
    """The policy files of a ``.chalice`` folder by file name."""
    return {
        file.name: json.loads(file.read_text()) for file in sorted(folder.glob("policy-*.json"))
    }
