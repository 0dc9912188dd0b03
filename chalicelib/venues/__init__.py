"""One folder per venue; the folder's presence is its registration."""

import importlib
import pkgutil
from collections.abc import Mapping
from typing import cast

from chalicelib.domain.errors import InputError
from chalicelib.ports import MarketData, PublicHistory


def known_venues() -> list[str]:
    """Names of the venue folders here."""
    return sorted(m.name for m in pkgutil.iter_modules(__path__) if m.ispkg)


def open_venue(name: str, settings: Mapping[str, str]) -> MarketData:
    """Build one venue's client; InputError lists the known names for an unknown one."""
    if name not in known_venues():
        raise InputError(
            f"VENUES names {name!r}, which is not a venue", f"Known: {', '.join(known_venues())}."
        )
    package = importlib.import_module(f"{__name__}.{name}")
    return cast("MarketData", package.build(settings))


def open_history(name: str, settings: Mapping[str, str]) -> PublicHistory:
    """Build the client of a venue that publishes its past; InputError for one that does not."""
    client = open_venue(name, settings) if name in known_venues() else None
    if isinstance(client, PublicHistory):
        return client
    raise InputError(
        f"{name!r} is no venue that publishes its past",
        f"Known venues: {', '.join(known_venues())}; those with live clients publish theirs.",
    )
