"""Kalshi's trade API, in any of its three generations of prices.

``cents`` are whole numbers (to mid 2025), ``both`` adds dollars as text (to March 2026), and
``dollars`` is text only, with counts in hundredths of a contract (since).
"""

from collections.abc import Iterable
from typing import Any

from bot.exchanges.kalshi_market import (
    NAME,
    NOT_FOUND,
    TICKS,
    by_event,
    by_ticker,
    event_of,
    event_record,
    known,
    market_record,
    series_of,
    series_record,
)
from bot.exchanges.kalshi_paging import page_of, style_of
from bot.exchanges.kalshi_past import candles, many_candles, trades
from bot.exchanges.kalshi_prices import book
from bot.exchanges.ladder import question_ladder
from bot.exchanges.wire import Asked, Refused, Reply, Route, iso
from bot.exchanges.world import OPEN, PENDING, SETTLED, Question

HOST = "external-api.kalshi.com"
ALIAS = "api.elections.kalshi.com"
BASE = "/trade-api/v2"
_FILTERED = {"open": OPEN, "closed": PENDING, "settled": SETTLED}


def _listed(asked: Asked) -> list[Question]:
    """Those open now, and those of the round before, which have closed."""
    now = asked.world.asked(asked.at)
    before = (asked.world.question(q.number, q.round - 1) for q in now)
    return [*now, *before]


def _wanted(asked: Asked) -> Iterable[Question]:
    request, world = asked.request, asked.world
    tickers = [t for t in request.one("tickers").split(",") if t]
    for question in (
        [q for t in tickers if (q := known(world, t)) is not None] if tickers else _listed(asked)
    ):
        state = world.state(question, asked.at)
        if request.one("status") and _FILTERED.get(request.one("status")) != state:
            continue
        if request.one("series_ticker", series_of(question)) != series_of(question):
            continue
        if request.one("event_ticker", event_of(question)) == event_of(question):
            yield question


def _markets(asked: Asked) -> Reply:
    entries = [market_record(asked.world, q, asked.at, style_of(asked)) for q in _wanted(asked)]
    return page_of(asked, "markets", entries, 100, 1000)


def _one_market(asked: Asked) -> Reply:
    question = by_ticker(asked.world, asked.named["ticker"])
    return Reply({"market": market_record(asked.world, question, asked.at, style_of(asked))})


def _events(asked: Asked) -> Reply:
    nested = asked.request.one("with_nested_markets") == "true"
    events: dict[str, dict[str, Any]] = {}
    for question in _wanted(asked):
        event = events.setdefault(event_of(question), event_record(question))
        if nested:
            market = market_record(asked.world, question, asked.at, style_of(asked))
            event.setdefault("markets", []).append(market)
    return page_of(asked, "events", list(events.values()), 100, 200)


def _one_event(asked: Asked) -> Reply:
    questions = by_event(asked.world, asked.named["event"])
    markets = [market_record(asked.world, q, asked.at, style_of(asked)) for q in questions]
    return Reply({"event": event_record(questions[0]), "markets": markets})


def _one_series(asked: Asked) -> Reply:
    for question in asked.world.asked(asked.at):
        if series_of(question) == asked.named["series"]:
            return Reply({"series": series_record(question)})
    raise Refused(404, NOT_FOUND)


def _all_series(asked: Asked) -> Reply:
    found = {series_of(q): series_record(q) for q in asked.world.asked(asked.at)}
    return Reply({"series": list(found.values())})


def _ladder(asked: Asked, question: Question) -> Any:
    bids, asks = question_ladder(asked.world, NAME, question, asked.at, TICKS)
    if asked.world.state(question, asked.at) != OPEN:
        bids, asks = [], []
    return book(bids, [(TICKS - ticks, size) for ticks, size in asks], style_of(asked))


def _one_book(asked: Asked) -> Reply:
    return Reply(_ladder(asked, by_ticker(asked.world, asked.named["ticker"])))


def _many_books(asked: Asked) -> Reply:
    tickers = [t for given in asked.request.every("tickers") for t in given.split(",")][:100]
    found = ((ticker, known(asked.world, ticker)) for ticker in tickers)
    return Reply({"orderbooks": [{"ticker": t, **_ladder(asked, q)} for t, q in found if q]})


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
    ("/markets/trades", trades),
    ("/markets/candlesticks", many_candles),
    ("/markets/{ticker}", _one_market),
    ("/markets/{ticker}/orderbook", _one_book),
    ("/events", _events),
    ("/events/{event}", _one_event),
    ("/series", _all_series),
    ("/series/{series}", _one_series),
    ("/series/{series}/markets/{ticker}/candlesticks", candles),
    ("/exchange/status", _status),
    ("/exchange/schedule", _schedule),
    ("/historical/cutoff", _cutoff),
)
ROUTES = tuple(
    Route(NAME, host, "GET", BASE + path, answer)
    for host in (HOST, ALIAS)
    for path, answer in _PATHS
)
