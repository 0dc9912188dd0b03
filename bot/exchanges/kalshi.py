"""Kalshi's trade API, in any of its three generations of prices.

``cents`` are whole numbers (to mid 2025), ``both`` adds dollars as text (to March 2026), and
``dollars`` is text only, with counts in hundredths of a contract (since).
"""

import re
from collections.abc import Iterable
from typing import Any

from bot.exchanges.chance import digits, unit
from bot.exchanges.kalshi_prices import Style, amount, book, price
from bot.exchanges.ladder import question_ladder
from bot.exchanges.wire import Asked, Refused, Reply, Route, iso
from bot.exchanges.world import DISPUTED, OPEN, PENDING, SETTLED, Question, World

NAME = "kalshi"
HOST = "external-api.kalshi.com"
ALIAS = "api.elections.kalshi.com"
BASE = "/trade-api/v2"
TICKS = 100
_NOT_FOUND = {"error": {"code": "not_found", "message": "not found"}}
_TICKER = re.compile(r"KXSIM[A-Z]+-R(\d{1,12})E\d+-N(\d{1,6})")
_STATUS = {OPEN: "active", PENDING: "closed", DISPUTED: "disputed", SETTLED: "finalized"}
_FILTERED = {"open": OPEN, "closed": PENDING, "settled": SETTLED}


def series_of(question: Question) -> str:
    """The series ticker: the part before the first dash."""
    return f"KXSIM{question.coin.symbol if question.coin else question.topic.upper()}"


def event_of(question: Question) -> str:
    """The event ticker; questions of which one comes true share it."""
    place = question.one_of.partition("-")[0] if question.one_of else f"{question.number}"
    return f"{series_of(question)}-R{question.round}E{place}"


def ticker_of(question: Question) -> str:
    """The market ticker; the numbers stand in it, so that any later process can read it."""
    return f"{event_of(question)}-N{question.number}"


def _by_ticker(world: World, ticker: str) -> Question:
    found = _TICKER.fullmatch(ticker)
    question = world.question(int(found[2]), int(found[1])) if found else None
    if question is None or ticker_of(question) != ticker:
        raise Refused(404, _NOT_FOUND)
    return question


def _market(world: World, question: Question, at: float, style: Style) -> dict[str, Any]:
    state = world.state(question, at)
    bids, asks = question_ladder(world, NAME, question, at, TICKS) if state == OPEN else ([], [])
    bid, ask = (bids[0][0] if bids else 0), (asks[0][0] if asks else TICKS)
    volume = 300 + 40_000 * unit(world.seed, "volume", NAME, *question.key)
    market: dict[str, Any] = {
        "ticker": ticker_of(question),
        "event_ticker": event_of(question),
        "market_type": "binary",
        "title": question.title,
        "subtitle": "",
        "yes_sub_title": question.title.partition("?")[0],
        "no_sub_title": question.title.partition("?")[0],
        "created_time": iso(question.opens - 3600, micro=True),
        "open_time": iso(question.opens),
        "close_time": iso(question.closes),
        "expected_expiration_time": iso(question.closes + 300),
        "expiration_time": iso(question.closes + 7 * 86_400),
        "latest_expiration_time": iso(question.closes + 7 * 86_400),
        "can_close_early": True,
        "settlement_timer_seconds": 600,
        "status": _STATUS[state],
        "result": "",
        "expiration_value": "",
        "rules_primary": "Simulated. Resolves by the simulator's own world.",
        "rules_secondary": "",
        "price_level_structure": "linear_cent",
        "price_ranges": [{"start": "0.0000", "end": "1.0000", "step": "0.0100"}],
    }
    if question.coin is not None:
        market |= {"strike_type": "greater", "floor_strike": question.strike}
    for name, ticks in (
        ("yes_bid", bid),
        ("yes_ask", ask),
        ("no_bid", TICKS - ask),
        ("no_ask", TICKS - bid),
        ("last_price", round(world.chance(question, at) * TICKS)),
        ("previous_yes_bid", bid),
        ("previous_yes_ask", ask),
        ("previous_price", bid),
        ("notional_value", TICKS),
        ("liquidity", 0),
    ):
        market |= price(name, ticks, style)
    for name, count in (("volume", volume * 7), ("volume_24h", volume), ("open_interest", volume)):
        market |= amount(name, count, style)
    if style == "dollars":
        market["yes_bid_size_fp"] = f"{bids[0][1] if bids else 0:.2f}"
        market["yes_ask_size_fp"] = f"{asks[0][1] if asks else 0:.2f}"
    if style != "dollars":
        market |= {"tick_size": 1, "response_price_units": "usd_cent"}
    return market | (_result(world, question) if state in (DISPUTED, SETTLED) else {})


def _result(world: World, question: Question) -> dict[str, Any]:
    paid = "0.5000" if world.is_void(question) else None
    result = "yes" if world.comes_true(question) else "no"
    return {
        "result": "scalar" if paid else result,
        "settlement_value_dollars": paid or ("1.0000" if result == "yes" else "0.0000"),
        "settlement_value": 50 if paid else 100 * (result == "yes"),
        "settlement_ts": iso(question.closes + 900),
        "expiration_value": f"{question.strike:g}" if question.coin else result,
    }


def _questions(asked: Asked) -> list[Question]:
    """Those open now, and those of the round before, which have closed."""
    now = asked.world.asked(asked.at)
    before = (asked.world.question(q.number, q.round - 1) for q in now)
    return [*now, *before]


def _wanted(asked: Asked) -> Iterable[Question]:
    request, world = asked.request, asked.world
    tickers = [t for t in request.one("tickers").split(",") if t]
    for question in (
        [q for t in tickers if (q := _known(world, t)) is not None]
        if tickers
        else _questions(asked)
    ):
        state = world.state(question, asked.at)
        if request.one("status") and _FILTERED.get(request.one("status")) != state:
            continue
        if request.one("series_ticker", series_of(question)) != series_of(question):
            continue
        if request.one("event_ticker", event_of(question)) == event_of(question):
            yield question


def _known(world: World, ticker: str) -> Question | None:
    try:
        return _by_ticker(world, ticker)
    except Refused:
        return None


def _page(asked: Asked, field: str, entries: list[Any], usual: int, most: int) -> Reply:
    limit = min(max(asked.request.number("limit", usual), 1), most)
    cursor = asked.request.one("cursor")
    start = int(cursor[1:]) if re.fullmatch(r"C[0-9]{1,9}", cursor) else 0
    later = f"C{start + limit}" if start + limit < len(entries) else ""
    return Reply({"cursor": later, field: entries[start : start + limit]})


def _style(asked: Asked) -> Style:
    return "cents" if asked.style == "cents" else "both" if asked.style == "both" else "dollars"


def _markets(asked: Asked) -> Reply:
    entries = [_market(asked.world, q, asked.at, _style(asked)) for q in _wanted(asked)]
    return _page(asked, "markets", entries, 100, 1000)


def _one_market(asked: Asked) -> Reply:
    question = _by_ticker(asked.world, asked.named["ticker"])
    return Reply({"market": _market(asked.world, question, asked.at, _style(asked))})


def _events(asked: Asked) -> Reply:
    nested = asked.request.one("with_nested_markets") == "true"
    events: dict[str, dict[str, Any]] = {}
    for question in _wanted(asked):
        event = events.setdefault(event_of(question), _event(question))
        if nested:
            market = _market(asked.world, question, asked.at, _style(asked))
            event.setdefault("markets", []).append(market)
    return _page(asked, "events", list(events.values()), 100, 200)


def _event(question: Question) -> dict[str, Any]:
    return {
        "event_ticker": event_of(question),
        "series_ticker": series_of(question),
        "title": question.title,
        "sub_title": "",
        "category": question.topic.capitalize(),
        "mutually_exclusive": bool(question.one_of),
        "collateral_return_type": "",
        "available_on_brokers": True,
    }


def _one_event(asked: Asked) -> Reply:
    for question in _questions(asked):
        if event_of(question) == asked.named["event"]:
            return Reply({"event": _event(question), "markets": []})
    raise Refused(404, _NOT_FOUND)


def _one_series(asked: Asked) -> Reply:
    for question in asked.world.asked(asked.at):
        if series_of(question) == asked.named["series"]:
            return Reply({"series": _series_record(question)})
    raise Refused(404, _NOT_FOUND)


def _all_series(asked: Asked) -> Reply:
    found = {series_of(q): _series_record(q) for q in asked.world.asked(asked.at)}
    return Reply({"series": list(found.values())})


def _series_record(question: Question) -> dict[str, Any]:
    return {
        "ticker": series_of(question),
        "title": f"Simulated {question.topic}",
        "category": question.topic.capitalize(),
        "frequency": "custom",
        "fee_type": "quadratic",
        "fee_multiplier": 1,
        "settlement_sources": [{"name": "The simulator", "url": "https://kalshi.com/"}],
        "contract_url": "",
        "tags": [],
    }


def _ladder(asked: Asked, question: Question) -> Any:
    bids, asks = question_ladder(asked.world, NAME, question, asked.at, TICKS)
    if asked.world.state(question, asked.at) != OPEN:
        bids, asks = [], []
    return book(bids, [(TICKS - ticks, size) for ticks, size in asks], _style(asked))


def _one_book(asked: Asked) -> Reply:
    return Reply(_ladder(asked, _by_ticker(asked.world, asked.named["ticker"])))


def _many_books(asked: Asked) -> Reply:
    tickers = [t for given in asked.request.every("tickers") for t in given.split(",")][:100]
    known = ((ticker, _known(asked.world, ticker)) for ticker in tickers)
    return Reply({"orderbooks": [{"ticker": t, **_ladder(asked, q)} for t, q in known if q]})


def _trades(asked: Asked) -> Reply:
    request, world = asked.request, asked.world
    tickers = request.one("ticker")
    questions = [_by_ticker(world, tickers)] if tickers else world.asked(asked.at)[:5]
    end = min(request.number("max_ts", int(asked.at)), int(asked.at))
    start = request.number("min_ts", end - 3600)
    moments = range(end - end % 20, max(start, end - 86_400) - 1, -20)
    trades = [
        _trade(asked, q, moment)
        for moment in moments
        for q in questions
        if q.opens <= moment < q.closes and moment >= start
    ]
    return _page(asked, "trades", trades, 100, 1000)


def _trade(asked: Asked, question: Question, moment: int) -> dict[str, Any]:
    chance = unit(asked.world.seed, "trade", NAME, moment, *question.key)
    yes = min(max(round(asked.world.chance(question, moment) * TICKS), 1), TICKS - 1)
    side, style = ("yes" if chance < 0.5 else "no"), _style(asked)
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
    request, world, style = asked.request, asked.world, _style(asked)
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


def _candles(asked: Asked) -> Reply:
    question = _by_ticker(asked.world, asked.named["ticker"])
    return Reply({"ticker": asked.named["ticker"], "candlesticks": _bars(asked, question)})


def _many_candles(asked: Asked) -> Reply:
    tickers = [t for given in asked.request.every("market_tickers") for t in given.split(",")]
    known = ((ticker, _known(asked.world, ticker)) for ticker in tickers[:100])
    return Reply(
        {"markets": [{"market_ticker": t, "candlesticks": _bars(asked, q)} for t, q in known if q]}
    )


def _status(asked: Asked) -> Reply:
    return Reply(
        {
            "exchange_active": True,
            "trading_active": True,
            "exchange_estimated_resume_time": None,
        }
    )


def _schedule(asked: Asked) -> Reply:
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    hours = {day: [{"open_time": "00:00", "close_time": "00:00"}] for day in days}
    week = {"start_time": "2024-12-01T00:00:00Z", "end_time": "2200-12-01T00:00:00Z", **hours}
    return Reply({"schedule": {"maintenance_windows": [], "standard_hours": [week]}})


def _cutoff(asked: Asked) -> Reply:
    old = iso(asked.at - 90 * 86_400)
    return Reply({"market_settled_ts": old, "trades_created_ts": old, "orders_updated_ts": old})


_PATHS = (
    ("/markets", _markets),
    ("/markets/orderbooks", _many_books),
    ("/markets/trades", _trades),
    ("/markets/candlesticks", _many_candles),
    ("/markets/{ticker}", _one_market),
    ("/markets/{ticker}/orderbook", _one_book),
    ("/events", _events),
    ("/events/{event}", _one_event),
    ("/series", _all_series),
    ("/series/{series}", _one_series),
    ("/series/{series}/markets/{ticker}/candlesticks", _candles),
    ("/exchange/status", _status),
    ("/exchange/schedule", _schedule),
    ("/historical/cutoff", _cutoff),
)
ROUTES = tuple(
    Route(NAME, host, "GET", BASE + path, answer)
    for host in (HOST, ALIAS)
    for path, answer in _PATHS
)
