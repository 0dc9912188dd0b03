"""Polymarket: catalogue (gamma), exchange (clob) and data hosts."""

import json
from typing import Any

from bot.exchanges.chance import hexadecimal
from bot.exchanges.ladder import question_ladder
from bot.exchanges.polymarket_market import (
    NAME,
    RATES,
    by_condition,
    by_token,
    condition_of,
    final_prices,
    market_record,
    ticks_of,
    token_of,
)
from bot.exchanges.polymarket_past import (
    conditions_asked,
    history,
    later_history,
    later_trades,
    trades,
)
from bot.exchanges.wire import Asked, Refused, Reply, Route, iso
from bot.exchanges.world import DISPUTED, OPEN, PENDING, SETTLED, Question, World

GAMMA, CLOB, DATA = "gamma-api.polymarket.com", "clob.polymarket.com", "data-api.polymarket.com"
_UNKNOWN_TOKEN = {"error": "No orderbook exists for the requested token id"}


def _keyset(asked: Asked) -> Reply:
    """``/markets/keyset``: the whole catalogue by volume, or some conditions by name."""
    request, world, at = asked.request, asked.world, asked.at
    if request.one("offset"):
        raise Refused(422, {"type": "validation error", "error": "offset is not supported"})
    limit = min(max(request.number("limit", 20), 1), 100)
    wanted = request.every("condition_ids")
    if wanted:
        named = (by_condition(world, condition) for condition in wanted[:100])
        questions = [question for question in named if question is not None]
    else:
        questions = world.asked(at)
    entries = [market_record(world, question, at) for question in questions]
    if request.one("closed") in ("true", "false"):
        entries = [m for m in entries if m["closed"] is (request.one("closed") == "true")]
    floor = float(request.one("liquidity_num_min", "0") or 0)
    entries = [m for m in entries if m["liquidityNum"] >= floor]
    if request.one("order") == "volume24hr":
        entries.sort(key=lambda m: (m["volume24hr"], m["id"]), reverse=True)
    return _page(entries, limit, request.one("after_cursor"))


def _page(entries: list[dict[str, Any]], limit: int, cursor: str) -> Reply:
    start = int(cursor.removeprefix("after-")) if cursor.startswith("after-") else 0
    page: dict[str, Any] = {"markets": entries[start : start + limit]}
    if start + limit < len(entries):
        page["next_cursor"] = f"after-{start + limit}"
    return Reply(page, headers={"cache-control": "public, max-age=300"})


def _book(world: World, token: str, at: float) -> dict[str, Any] | None:
    """A book as the exchange shows it: text, and the best level last."""
    found = by_token(world, token)
    if found is None or world.state(found[0], at) != OPEN:
        return None
    question, side = found
    ticks = ticks_of(question)
    bids, asks = question_ladder(world, NAME, question, at, ticks)
    if side == 1:
        bids, asks = (
            [(ticks - price, size) for price, size in asks],
            [(ticks - price, size) for price, size in bids],
        )
    return {
        "market": condition_of(question),
        "asset_id": token,
        "timestamp": str(int(at * 1000)),
        "hash": hexadecimal(40, NAME, token, int(at)),
        "bids": [_level(price, size, ticks) for price, size in reversed(bids)],
        "asks": [_level(price, size, ticks) for price, size in reversed(asks)],
        "min_order_size": "5",
        "tick_size": str(1 / ticks),
        "neg_risk": bool(question.one_of),
        "last_trade_price": str(round(world.chance(question, at), 2)),
    }


def _level(price: int, size: float, ticks: int) -> dict[str, str]:
    return {"price": f"{price / ticks:g}", "size": f"{size:g}"}


def _one_book(asked: Asked) -> Reply:
    book = _book(asked.world, asked.request.one("token_id"), asked.at)
    if book is None:
        raise Refused(404, _UNKNOWN_TOKEN)
    return Reply(book)


def _many_books(asked: Asked) -> Reply:
    try:
        tokens = [str(entry["token_id"]) for entry in json.loads(asked.request.body)]
    except (ValueError, TypeError, KeyError):
        raise Refused(400, {"error": "Invalid payload"}) from None
    found = (_book(asked.world, token, asked.at) for token in tokens[:500])
    return Reply([book for book in found if book is not None])


def _exchange_market(asked: Asked) -> Reply:
    world, at = asked.world, asked.at
    question = by_condition(world, asked.named["condition"])
    if question is None:
        raise Refused(404, {"error": "market not found"})
    state = world.state(question, at)
    prices = final_prices(world, question) if state == SETTLED else ["0.5", "0.5"]
    is_answered = state == SETTLED and not world.is_void(question)
    tokens = [
        {
            "token_id": token_of(question, side),
            "outcome": ("Yes", "No")[side],
            "price": float(prices[side]),
            "winner": is_answered and prices[side] == "1",
        }
        for side in (0, 1)
    ]
    return Reply(
        {
            "condition_id": condition_of(question),
            "question": question.title,
            "accepting_orders": state == OPEN,
            "active": True,
            "archived": False,
            "closed": state in (DISPUTED, SETTLED),
            "enable_order_book": state == OPEN,
            "end_date_iso": iso(question.closes),
            "is_50_50_outcome": state == SETTLED and world.is_void(question),
            "minimum_order_size": 5,
            "minimum_tick_size": 1 / ticks_of(question),
            "neg_risk": bool(question.one_of),
            "tokens": tokens,
        }
    )


def _terse_market(asked: Asked) -> Reply:
    question = by_condition(asked.world, asked.named["condition"])
    if question is None:
        raise Refused(404, {"error": "market not found"})
    rate = RATES.get(question.topic, 0.05)
    return Reply(
        {
            "mos": 5,
            "mts": 1 / ticks_of(question),
            "t": [{"t": token_of(question, n), "o": ("Yes", "No")[n]} for n in (0, 1)],
            "fd": {"r": rate, "e": 1, "to": True},
        }
    )


def _resolutions(asked: Asked) -> Reply:
    """``/v2/resolutions``: the oracle's word on some conditions, payouts in millionths."""
    wanted = (by_condition(asked.world, name) for name in conditions_asked(asked))
    rows = [_resolution(asked, question) for question in wanted if question is not None]
    return Reply({"data": rows, "pagination": {"has_more": False, "next_cursor": None}})


def _resolution(asked: Asked, question: Question) -> dict[str, Any]:
    world, state = asked.world, asked.world.state(question, asked.at)
    final = state == SETTLED
    paid = [int(float(price) * 1_000_000) for price in final_prices(world, question)]
    return {
        "condition_id": condition_of(question),
        "status": {OPEN: "initialized", PENDING: "proposed", DISPUTED: "disputed"}.get(
            state, "resolved"
        ),
        "payouts": paid if final else None,
        "was_disputed": state == DISPUTED,
        "reporter": "UMA_OO",
        "resolved_at": iso(question.closes + 900) if final else None,
    }


def _time(asked: Asked) -> Reply:
    return Reply(int(asked.at))


ROUTES = (
    Route(NAME, GAMMA, "GET", "/markets/keyset", _keyset),
    Route(NAME, CLOB, "POST", "/books", _many_books),
    Route(NAME, CLOB, "GET", "/book", _one_book),
    Route(NAME, CLOB, "GET", "/markets/{condition}", _exchange_market),
    Route(NAME, CLOB, "GET", "/prices-history", history),
    Route(NAME, CLOB, "GET", "/time", _time),
    Route(NAME, CLOB, "GET", "/clob-markets/{condition}", _terse_market),
    Route(NAME, DATA, "GET", "/trades", trades),
    Route(NAME, DATA, "GET", "/v2/trades", later_trades),
    Route(NAME, DATA, "GET", "/v2/prices-history", later_history),
    Route(NAME, DATA, "GET", "/v2/resolutions", _resolutions),
)
