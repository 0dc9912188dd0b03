"""Kalshi's prices and counts in its three generations."""

from collections.abc import Iterable
from typing import Any, Literal

from bot.exchanges.ladder import Rung

Style = Literal["cents", "both", "dollars"]


def price(name: str, cents: int, style: Style) -> dict[str, Any]:
    """A price under the names of its generation."""
    found: dict[str, Any] = {}
    if style != "dollars":
        found[name] = cents
    if style != "cents":
        found[f"{name}_dollars"] = f"{cents / 100:.4f}"
    return found


def amount(name: str, count: float, style: Style) -> dict[str, Any]:
    """A count of contracts: whole ones before March 2026, hundredths as text since."""
    return {f"{name}_fp": f"{count:.2f}"} if style == "dollars" else {name: int(count)}


def book(yes: Iterable[Rung], no: Iterable[Rung], style: Style) -> dict[str, Any]:
    """Bids for YES and for NO, worst first; before 2026 an empty side was null."""
    sides = {"yes": sorted(yes), "no": sorted(no)}
    if style == "dollars":
        return {
            "orderbook_fp": {
                f"{side}_dollars": [[f"{cents / 100:.4f}", f"{size:.2f}"] for cents, size in rungs]
                for side, rungs in sides.items()
            }
        }
    whole: dict[str, Any] = {}
    for side, rungs in sides.items():
        whole[side] = [[cents, int(size)] for cents, size in rungs] or None
        if style == "both":
            dollars = [[f"{cents / 100:.4f}", int(size)] for cents, size in rungs]
            whole[f"{side}_dollars"] = dollars or None
    return {"orderbook": whole}
