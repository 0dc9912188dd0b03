"""Write docs/openapi.json from the contract: python -m tools.openapi."""

import json
from pathlib import Path

from chalicelib.web.openapi import openapi

PATH = Path(__file__).parents[1] / "docs" / "openapi.json"


def text() -> str:
    """The document as it is committed: sorted, indented, the same on every run."""
    return json.dumps(openapi(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PATH.write_text(text())
