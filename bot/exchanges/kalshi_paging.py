"""What Kalshi's lists have in common."""

import re
from typing import Any

from bot.exchanges.kalshi_prices import Style
from bot.exchanges.wire import Asked, Reply


def page_of(asked: Asked, field: str, entries: list[Any], usual: int, most: int) -> Reply:
    """One page of a list; an empty cursor is its end."""
    limit = min(max(asked.request.number("limit", usual), 1), most)
    cursor = asked.request.one("cursor")
    start = int(cursor[1:]) if re.fullmatch(r"C[0-9]{1,9}", cursor) else 0
    later = f"C{start + limit}" if start + limit < len(entries) else ""
    return Reply({"cursor": later, field: entries[start : start + limit]})


def style_of(asked: Asked) -> Style:
    """The generation of prices that is asked for."""
    return "cents" if asked.style == "cents" else "both" if asked.style == "both" else "dollars"
