"""Kalshi's past: trades and candlesticks."""

from typing import Any

from bot.exchanges.chance import digits, unit
from bot.exchanges.kalshi_market import NAME, TICKS, by_ticker, known, ticker_of
from bot.exchanges.kalshi_paging import page_of, style_of
from bot.exchanges.kalshi_prices import Style, amount, price
from bot.exchanges.wire import Asked, Reply, iso
from bot.exchanges.world import Question


def trades(asked: Asked) -> Reply:
    """Newest first, one every twenty seconds."""
    request, world = asked.request, asked.world
    tickers = request.one("ticker")
    questions = [by_ticker(world, tickers)] if tickers else world.asked(asked.at)[:5]
    end = min(request.number("max_ts", int(asked.at)), int(asked.at))
    start = request.number("min_ts", end - 3600)
    moments = range(end - end % 20, max(start, end - 86_400) - 1, -20)
    trades = [
        _trade(asked, q, moment)
        for moment in moments
        for q in questions
        if q.opens <= moment < q.closes and moment >= start
    ]
    return page_of(asked, "trades", trades, 100, 1000)


def _trade(asked: Asked, question: Question, moment: int) -> dict[str, Any]:
    chance = unit(asked.world.seed, "trade", NAME, moment, *question.key)
    yes = min(max(round(asked.world.chance(question, moment) * TICKS), 1), TICKS - 1)
    side, style = ("yes" if chance < 0.5 else "no"), style_of(asked)
    trade = {
        "trade_id": f"sim-{digits(12, NAME, moment, *question.key)}",
        "ticker": ticker_of(question),
        "created_time": iso(moment, micro=True),
        "taker_side": side,
        **price("yes_price", yes, style),
        **price("no_price", TICKS - yes, style),
        **amount("count", 1 + 50 * chance, style),
    }
    if style == "dollars":
        trade |= {"taker_outcome_side": side, "is_block_trade": False}
        trade["taker_book_side"] = "bid" if side == "yes" else "ask"
    return trade


def _bars(asked: Asked, question: Question) -> list[dict[str, Any]]:
    request, world, style = asked.request, asked.world, style_of(asked)
    length = 60 * request.number("period_interval", 1)
    end = min(request.number("end_ts", int(asked.at)), int(asked.at))
    start = request.number("start_ts", end - 60 * length)
    bars = []
    for closed in range(start - start % length + length, end + 1, length)[:5000]:
        if not question.opens < closed <= question.closes:
            continue
        points = [world.chance(question, closed - length * n / 4) * TICKS for n in (4, 3, 2, 1)]
        ticks = [min(max(round(point), 2), TICKS - 2) for point in points]
        four = {"open": ticks[0], "high": max(ticks), "low": min(ticks), "close": ticks[3]}
        bars.append(
            {
                "end_period_ts": closed,
                "price": _quoted(four, 0, style),
                "yes_bid": _quoted(four, -1, style),
                "yes_ask": _quoted(four, 1, style),
                **amount("volume", 100 * unit(world.seed, "bar", closed, *question.key), style),
                **amount("open_interest", 500, style),
            }
        )
    return bars


def _quoted(four: dict[str, int], by: int, style: Style) -> dict[str, Any]:
    return {k: v for name, ticks in four.items() for k, v in price(name, ticks + by, style).items()}


def candles(asked: Asked) -> Reply:
    """The bars of one market, stamped at their end."""
    question = by_ticker(asked.world, asked.named["ticker"])
    return Reply({"ticker": asked.named["ticker"], "candlesticks": _bars(asked, question)})


def many_candles(asked: Asked) -> Reply:
    """The bars of several markets."""
    tickers = [t for given in asked.request.every("market_tickers") for t in given.split(",")]
    found = ((ticker, known(asked.world, ticker)) for ticker in tickers[:100])
    return Reply(
        {"markets": [{"market_ticker": t, "candlesticks": _bars(asked, q)} for t, q in found if q]}
    )
