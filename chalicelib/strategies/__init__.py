"""One file per strategy; the file's presence is its registration.

Files of the user lie in the package ``user``, or in a folder that was added. One of them that
cannot be imported is told of as broken; it keeps nothing else from working.
"""

import importlib
import pkgutil

from chalicelib.domain.cycle import StrategyFault
from chalicelib.domain.strategy import REGISTRY
from chalicelib.strategies import user

_broken: list[StrategyFault] = []


def add_folder(path: str) -> None:
    """Look through this folder too, from the next ``discover`` on."""
    if path not in user.__path__:
        user.__path__.append(path)


def discover() -> list[str]:
    """Import every strategy file, and answer the names that they registered."""
    for module in pkgutil.iter_modules(__path__):
        if not module.ispkg:
            importlib.import_module(f"{__name__}.{module.name}")
    importlib.invalidate_caches()
    faults = [_fault(module.name) for module in pkgutil.iter_modules(user.__path__)]
    _broken[:] = [fault for fault in faults if fault is not None]
    return sorted(REGISTRY)


def broken() -> tuple[StrategyFault, ...]:
    """The user's files that the last ``discover`` could not import, each with the reason."""
    return tuple(_broken)


def _fault(module: str) -> StrategyFault | None:
    """Import one file of the user; why it cannot be, or None. What it registered goes with it."""
    name = f"{user.__name__}.{module}"
    try:
        importlib.import_module(name)
    except (Exception, SystemExit) as exc:  # noqa: BLE001 - a user's file may raise anything
        for registered in [n for n, cls in REGISTRY.items() if cls.__module__ == name]:
            del REGISTRY[registered]
        return StrategyFault(module.replace("_", "-"), f"{module}.py: {type(exc).__name__}: {exc}")
    return None
