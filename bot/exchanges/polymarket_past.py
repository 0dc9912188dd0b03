"""Polymarket's past: prices and trades, in the old and in the new version of its data host."""

from typing import Any

from bot.exchanges.chance import hexadecimal, unit
from bot.exchanges.polymarket_market import NAME, by_condition, by_token, condition_of, token_of
from bot.exchanges.wire import Asked, Refused, Reply
from bot.exchanges.world import Question, World

_WIDEST_WINDOW = 15 * 86_400


def history(asked: Asked) -> Reply:
    """``/prices-history``: mid prices, oldest first, in a window of at most 15 days."""
    request, at = asked.request, asked.at
    found = by_token(asked.world, request.one("market"))
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


def trades(asked: Asked) -> Reply:
    """``/trades`` of the data host: newest first, one every half minute."""
    request, world, at = asked.request, asked.world, asked.at
    question = by_condition(world, request.one("market"))
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


def later_history(asked: Asked) -> Reply:
    """``/v2/prices-history``: buckets of a stated length, the end left out."""
    request, at = asked.request, asked.at
    found = by_token(asked.world, request.one("token_id"))
    end = min(request.number("end", int(at)), int(at) + 1)
    start = request.number("start", end - 86_400)
    if end - start > _WIDEST_WINDOW:
        raise Refused(400, _invalid("start and end are more than 15 days apart"))
    step = max(request.number("bucket_seconds", 60), 60)
    rows = []
    for moment in range(start - start % step, end, step):
        if found and moment >= start and found[0].opens <= moment < found[0].closes:
            fair = asked.world.chance(found[0], moment)
            price = round(fair if found[1] == 0 else 1 - fair, 4)
            rows.append({"timestamp": moment, "price": price, "resolution_seconds": step})
    return _paged(asked, rows, 10_000)


def later_trades(asked: Asked) -> Reply:
    """``/v2/trades``: newest first, in snake case."""
    world = asked.world
    wanted = (by_condition(world, name) for name in conditions_asked(asked))
    rows = []
    for question in (q for q in wanted if q is not None):
        first = int(min(asked.at, question.closes - 1)) // 30 * 30
        moments = range(first, max(int(question.opens), first - 86_400), -30)
        rows += [_in_snake_case(_trade(world, question, moment)) for moment in moments]
    return _paged(asked, sorted(rows, key=lambda row: -row["timestamp"]), 1000)


def conditions_asked(asked: Asked) -> list[str]:
    """The conditions of a request to the data host: ``condition``, with commas between them."""
    return [name for given in asked.request.every("condition") for name in given.split(",")]


def _in_snake_case(trade: dict[str, Any]) -> dict[str, Any]:
    return {
        "proxy_wallet": trade["proxyWallet"],
        "side": trade["side"],
        "token_id": trade["asset"],
        "condition_id": trade["conditionId"],
        "size": trade["size"],
        "price": trade["price"],
        "timestamp": trade["timestamp"],
        "outcome": trade["outcome"],
        "outcome_index": trade["outcomeIndex"],
        "transaction_hash": trade["transactionHash"],
    }


def _paged(asked: Asked, rows: list[dict[str, Any]], most: int) -> Reply:
    limit = min(max(asked.request.number("limit", 100), 1), most)
    cursor = asked.request.one("cursor")
    start = int(cursor[1:]) if cursor[:1] == "p" and cursor[1:].isdigit() else 0
    more = start + limit < len(rows)
    later = {"has_more": more, "next_cursor": f"p{start + limit}" if more else None}
    return Reply({"data": rows[start : start + limit], "pagination": later})


def _invalid(problem: str) -> dict[str, Any]:
    return {"error": problem, "code": "invalid_request", "retryable": False, "trace_id": "0" * 32}
