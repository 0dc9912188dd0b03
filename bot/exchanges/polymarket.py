"""Polymarket: catalogue (gamma), exchange (clob) and data hosts."""

import json
from typing import Any

from bot.exchanges.chance import digits, hexadecimal, unit
from bot.exchanges.ladder import question_ladder
from bot.exchanges.wire import Asked, Refused, Reply, Route, iso
from bot.exchanges.world import DISPUTED, OPEN, PENDING, SETTLED, Question, World

NAME = "polymarket"
GAMMA, CLOB, DATA = "gamma-api.polymarket.com", "clob.polymarket.com", "data-api.polymarket.com"
_RATES = {"crypto": 0.07, "sports": 0.05, "politics": 0.04, "tech": 0.04}
_WIDEST_WINDOW = 15 * 86_400
_UNKNOWN_TOKEN = {"error": "No orderbook exists for the requested token id"}


def condition_of(question: Question) -> str:
    """The condition id; the numbers stand in it, so that any later process can read it."""
    number, round_ = question.key
    return f"0x{number:08x}{round_:016x}{hexadecimal(40, NAME, number, round_)}"


def token_of(question: Question, side: int) -> str:
    """The token of outcome 0 or 1."""
    number, round_ = question.key
    return f"1{number:06d}{round_:012d}{side}{digits(56, NAME, number, round_, side)}"


def _by_condition(world: World, condition: str) -> Question | None:
    if len(condition) != 66 or not condition.startswith("0x"):
        return None
    try:
        found = world.question(int(condition[2:10], 16), int(condition[10:26], 16))
    except (ValueError, OverflowError):
        return None
    return found if condition_of(found) == condition else None


def _by_token(world: World, token: str) -> tuple[Question, int] | None:
    if len(token) != 76 or not token.isdigit() or token[19] not in "01":
        return None
    found, side = world.question(int(token[1:7]), int(token[7:19])), int(token[19])
    return (found, side) if token_of(found, side) == token else None


def _ticks(question: Question) -> int:
    return 1000 if question.number % 5 == 2 else 100


def _final_prices(world: World, question: Question) -> list[str]:
    if world.is_void(question):
        return ["0.5", "0.5"]
    return ["1", "0"] if world.comes_true(question) else ["0", "1"]


def _market(world: World, question: Question, at: float) -> dict[str, Any]:
    """A market as the catalogue lists it: numbers as numbers, lists as text."""
    state, ticks = world.state(question, at), _ticks(question)
    is_open = state == OPEN
    bids, asks = question_ladder(world, NAME, question, at, ticks)
    fair = round(world.chance(question, at), 4)
    prices = [str(fair), str(round(1 - fair, 4))]
    if state == SETTLED:
        prices = _final_prices(world, question)
    volume = round(2_000 + 90_000 * unit(world.seed, "volume", *question.key), 6)
    rate = _RATES.get(question.topic, 0.05)
    market = {
        "id": str(500_000 + question.number),
        "question": question.title,
        "conditionId": condition_of(question),
        "slug": f"simulated-{question.number}-{question.round}",
        "resolutionSource": "",
        "endDate": iso(question.closes),
        "startDate": iso(question.opens, micro=True),
        "description": f"Simulated: resolves by a made-up world at {iso(question.closes)}.",
        "outcomes": json.dumps(["Yes", "No"]),
        "outcomePrices": json.dumps(prices),
        "clobTokenIds": json.dumps([token_of(question, 0), token_of(question, 1)]),
        "umaResolutionStatuses": json.dumps(_oracle_path(state)),
        "active": True,
        "closed": state in (DISPUTED, SETTLED),
        "archived": False,
        "acceptingOrders": is_open,
        "enableOrderBook": True,
        "restricted": True,
        "createdAt": iso(question.opens - 600, micro=True),
        "updatedAt": iso(at - 1, micro=True),
        "orderPriceMinTickSize": 1 / ticks,
        "orderMinSize": 5,
        "volume": str(volume * 9),
        "liquidity": str(volume / 2),
        "volumeNum": volume * 9,
        "liquidityNum": volume / 2,
        "volume24hr": volume,
        "negRisk": bool(question.one_of),
        "negRiskOther": False,
        "feesEnabled": True,
        "feeType": f"{question.topic}_fees_v2",
        "feeSchedule": {"exponent": 1, "rate": rate, "takerOnly": True, "rebateRate": 0.25},
        "makerBaseFee": 1000,
        "takerBaseFee": 1000,
        "version": "v1",
    }
    if question.one_of:
        market["negRiskMarketID"] = "0x" + hexadecimal(64, NAME, "group", question.one_of)
        market["questionID"] = "0x" + hexadecimal(64, NAME, "question", *question.key)
    if bids and is_open:
        market["bestBid"] = bids[0][0] / ticks
    if asks and is_open:
        market["bestAsk"] = asks[0][0] / ticks
    if state != OPEN:
        market["umaResolutionStatus"] = _oracle_path(state)[-1]
    if state in (DISPUTED, SETTLED):
        market["closedTime"] = iso(question.closes + 30)[:-1].replace("T", " ") + "+00"
    return market


def _oracle_path(state: str) -> list[str]:
    return {
        OPEN: [],
        PENDING: ["proposed"],
        DISPUTED: ["proposed", "disputed"],
        SETTLED: ["proposed", "resolved"],
    }[state]


def _keyset(asked: Asked) -> Reply:
    """``/markets/keyset``: the whole catalogue by volume, or some conditions by name."""
    request, world, at = asked.request, asked.world, asked.at
    if request.one("offset"):
        raise Refused(422, {"type": "validation error", "error": "offset is not supported"})
    limit = min(max(request.number("limit", 20), 1), 100)
    wanted = request.every("condition_ids")
    if wanted:
        named = (_by_condition(world, condition) for condition in wanted[:100])
        questions = [question for question in named if question is not None]
    else:
        questions = world.asked(at)
    entries = [_market(world, question, at) for question in questions]
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
    found = _by_token(world, token)
    if found is None or world.state(found[0], at) != OPEN:
        return None
    question, side = found
    ticks = _ticks(question)
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
    question = _by_condition(world, asked.named["condition"])
    if question is None:
        raise Refused(404, {"error": "market not found"})
    state = world.state(question, at)
    prices = _final_prices(world, question) if state == SETTLED else ["0.5", "0.5"]
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
            "minimum_tick_size": 1 / _ticks(question),
            "neg_risk": bool(question.one_of),
            "tokens": tokens,
        }
    )


def _history(asked: Asked) -> Reply:
    """``/prices-history``: mid prices, oldest first, in a window of at most 15 days."""
    request, at = asked.request, asked.at
    found = _by_token(asked.world, request.one("market"))
    end = request.number("endTs", int(at))
    start = request.number("startTs", end - 86_400)
    if end - start > _WIDEST_WINDOW:
        problem = "invalid filters: 'startTs' and 'endTs' interval is too long"
        raise Refused(400, {"error": problem})
    if found is None:
        return Reply({"history": []})
    step = 60 * max(request.number("fidelity", 1), 1)
    points = []
    for moment in range(start - start % step + step, min(end, int(at)) + 1, step):
        if found[0].opens <= moment < found[0].closes:
            fair = asked.world.chance(found[0], moment)
            points.append({"t": moment, "p": round(fair if found[1] == 0 else 1 - fair, 4)})
    return Reply({"history": points[-10_000:]})


def _trades(asked: Asked) -> Reply:
    """``/trades`` of the data host: newest first, one every half minute."""
    request, world, at = asked.request, asked.world, asked.at
    question = _by_condition(world, request.one("market"))
    limit = min(max(request.number("limit", 100), 1), 500)
    if request.number("offset", 0) > 10_000:
        raise Refused(400, {"error": "max historical trades offset of 10000 exceeded"})
    if question is None:
        return Reply([])
    first = int(min(at, question.closes - 1)) // 30 * 30 - 30 * request.number("offset", 0)
    moments = [first - 30 * n for n in range(limit) if first - 30 * n >= question.opens]
    return Reply([_trade(world, question, moment) for moment in moments])


def _trade(world: World, question: Question, moment: int) -> dict[str, Any]:
    chance = unit(world.seed, "trade", moment, *question.key)
    side = int(chance < 0.5)
    fair = world.chance(question, moment)
    return {
        "proxyWallet": "0x" + "0" * 40,
        "side": "BUY" if chance < 0.7 else "SELL",
        "asset": token_of(question, side),
        "conditionId": condition_of(question),
        "size": round(5 + 200 * chance, 2),
        "price": min(max(round(fair if side == 0 else 1 - fair, 2), 0.01), 0.99),
        "timestamp": moment,
        "title": question.title,
        "slug": f"simulated-{question.number}-{question.round}",
        "outcome": ("Yes", "No")[side],
        "outcomeIndex": side,
        "transactionHash": "0x" + hexadecimal(64, NAME, "trade", moment, *question.key),
    }


def _time(asked: Asked) -> Reply:
    return Reply(int(asked.at))


ROUTES = (
    Route(NAME, GAMMA, "GET", "/markets/keyset", _keyset),
    Route(NAME, CLOB, "POST", "/books", _many_books),
    Route(NAME, CLOB, "GET", "/book", _one_book),
    Route(NAME, CLOB, "GET", "/markets/{condition}", _exchange_market),
    Route(NAME, CLOB, "GET", "/prices-history", _history),
    Route(NAME, CLOB, "GET", "/time", _time),
    Route(NAME, DATA, "GET", "/trades", _trades),
)
