"""One folder per source of weather forecasts; the folder's presence is its registration.

Nothing is traded at a source of forecasts, so none of them is a venue.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from typing import cast

from chalicelib.domain.errors import InputError
from chalicelib.ports import Forecasts


def known_sources() -> list[str]:
    """Names of the source folders here."""
    return sorted(m.name for m in pkgutil.iter_modules(__path__) if m.ispkg)


def open_source(name: str, settings: Mapping[str, str]) -> Forecasts:
    """Build one source's client; InputError lists the known names for an unknown one."""
    if name not in known_sources():
        raise InputError(
            f"{name!r} is not a source of forecasts", f"Known: {', '.join(known_sources())}."
        )
    package = importlib.import_module(f"{__name__}.{name}")
    return cast("Forecasts", package.build(settings))
