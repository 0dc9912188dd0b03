"""Kalshi's markets: their tickers, and their record in any generation of prices."""

import re
from typing import Any

from bot.exchanges.chance import unit
from bot.exchanges.kalshi_prices import Style, amount, price
from bot.exchanges.ladder import question_ladder
from bot.exchanges.wire import Refused, iso
from bot.exchanges.world import DISPUTED, OPEN, PENDING, SETTLED, Question, World

NAME = "kalshi"
TICKS = 100
NOT_FOUND = {"error": {"code": "not_found", "message": "not found"}}
_TICKER = re.compile(r"KXSIM[A-Z]+-R(\d{1,12})[EG]\d+-N(\d{1,6})")
_EVENT = re.compile(r"KXSIM[A-Z]+-R(\d{1,12})([EG])(\d{1,6})")
_STATUS = {OPEN: "active", PENDING: "closed", DISPUTED: "disputed", SETTLED: "finalized"}


def series_of(question: Question) -> str:
    """The series ticker: the part before the first dash."""
    return f"KXSIM{question.coin.symbol if question.coin else question.topic.upper()}"


def event_of(question: Question) -> str:
    """The event ticker; questions of which one comes true share it."""
    group = question.one_of.partition("-")[0]
    place = f"G{group}" if group else f"E{question.number}"
    return f"{series_of(question)}-R{question.round}{place}"


def ticker_of(question: Question) -> str:
    """The market ticker; the numbers stand in it, so that any later process can read it."""
    return f"{event_of(question)}-N{question.number}"


def by_ticker(world: World, ticker: str) -> Question:
    """The question of a ticker; raise Refused where there is none."""
    found = _TICKER.fullmatch(ticker)
    question = world.question(int(found[2]), int(found[1])) if found else None
    if question is None or ticker_of(question) != ticker:
        raise Refused(404, NOT_FOUND)
    return question


def market_record(world: World, question: Question, at: float, style: Style) -> dict[str, Any]:
    """A market as lists and single answers show it."""
    state = world.state(question, at)
    bids, asks = question_ladder(world, NAME, question, at, TICKS) if state == OPEN else ([], [])
    bid, ask = (bids[0][0] if bids else 0), (asks[0][0] if asks else TICKS)
    volume = 300 + 40_000 * unit(world.seed, "volume", NAME, *question.key)
    market = {**_described(question), "status": _STATUS[state], "result": ""}
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
    else:
        market |= {"tick_size": 1, "response_price_units": "usd_cent"}
    return market | (_result(world, question) if state in (DISPUTED, SETTLED) else {})


def _described(question: Question) -> dict[str, Any]:
    """What never changes."""
    described: dict[str, Any] = {
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
        "expiration_value": "",
        "rules_primary": "Simulated. Resolves by the simulator's own world.",
        "rules_secondary": "",
        "price_level_structure": "linear_cent",
        "price_ranges": [{"start": "0.0000", "end": "1.0000", "step": "0.0100"}],
    }
    if question.coin is not None:
        described |= {"strike_type": "greater", "floor_strike": question.strike}
    return described


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


def by_event(world: World, event: str) -> list[Question]:
    """The questions of an event; raise Refused where there are none."""
    found = _EVENT.fullmatch(event)
    if found is None:
        raise Refused(404, NOT_FOUND)
    round_, place = int(found[1]), int(found[3])
    numbers = world.group(place) if found[2] == "G" else [place]
    questions = [world.question(number, round_) for number in numbers]
    if event_of(questions[0]) != event:
        raise Refused(404, NOT_FOUND)
    return questions


def known(world: World, ticker: str) -> Question | None:
    """The question of a ticker, if there is one."""
    try:
        return by_ticker(world, ticker)
    except Refused:
        return None


def event_record(question: Question) -> dict[str, Any]:
    """The event that a question belongs to."""
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


def series_record(question: Question) -> dict[str, Any]:
    """The series that a question belongs to, with its fees."""
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
