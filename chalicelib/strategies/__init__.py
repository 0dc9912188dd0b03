"""One file per strategy; the file's presence is its registration."""

import importlib
import pkgutil

from chalicelib.domain.strategy import REGISTRY


def discover() -> list[str]:
    """Import every strategy file here, and answer the names that they registered."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return sorted(REGISTRY)
