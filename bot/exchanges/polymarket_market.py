"""Polymarket's markets: their ids, and their record in the catalogue."""

import json
from typing import Any

from bot.exchanges.chance import digits, hexadecimal, unit
from bot.exchanges.ladder import question_ladder
from bot.exchanges.wire import iso
from bot.exchanges.world import DISPUTED, OPEN, PENDING, SETTLED, Question, World

NAME = "polymarket"
RATES = {"crypto": 0.07, "sports": 0.05, "politics": 0.04, "tech": 0.04}


def condition_of(question: Question) -> str:
    """The condition id; the numbers stand in it, so that any later process can read it."""
    number, round_ = question.key
    return f"0x{number:08x}{round_:016x}{hexadecimal(40, NAME, number, round_)}"


def token_of(question: Question, side: int) -> str:
    """The token of outcome 0 or 1."""
    number, round_ = question.key
    return f"1{number:06d}{round_:012d}{side}{digits(56, NAME, number, round_, side)}"


def by_condition(world: World, condition: str) -> Question | None:
    """The question of a condition id, if there is one."""
    if len(condition) != 66 or not condition.startswith("0x"):
        return None
    try:
        found = world.question(int(condition[2:10], 16), int(condition[10:26], 16))
    except (ValueError, OverflowError):
        return None
    return found if condition_of(found) == condition else None


def by_token(world: World, token: str) -> tuple[Question, int] | None:
    """The question and the side of a token, if there is one."""
    if len(token) != 76 or not token.isdigit() or token[19] not in "01":
        return None
    found, side = world.question(int(token[1:7]), int(token[7:19])), int(token[19])
    return (found, side) if token_of(found, side) == token else None


def ticks_of(question: Question) -> int:
    """How many ticks a dollar has."""
    return 1000 if question.number % 5 == 2 else 100


def final_prices(world: World, question: Question) -> list[str]:
    """What each outcome pays once it is settled."""
    if world.is_void(question):
        return ["0.5", "0.5"]
    return ["1", "0"] if world.comes_true(question) else ["0", "1"]


def market_record(world: World, question: Question, at: float) -> dict[str, Any]:
    """A market as the catalogue lists it: numbers as numbers, lists as text."""
    state, ticks = world.state(question, at), ticks_of(question)
    is_open = state == OPEN
    bids, asks = question_ladder(world, NAME, question, at, ticks)
    fair = round(world.chance(question, at), 4)
    prices = [str(fair), str(round(1 - fair, 4))]
    if state == SETTLED:
        prices = final_prices(world, question)
    volume = round(2_000 + 90_000 * unit(world.seed, "volume", *question.key), 6)
    return {
        **_described(question),
        **_standing(question, state, at),
        **_fees(question),
        "outcomePrices": json.dumps(prices),
        "orderPriceMinTickSize": 1 / ticks,
        "orderMinSize": 5,
        "volume": str(volume * 9),
        "liquidity": str(volume / 2),
        "volumeNum": volume * 9,
        "liquidityNum": volume / 2,
        "volume24hr": volume,
        **({"bestBid": bids[0][0] / ticks} if bids and is_open else {}),
        **({"bestAsk": asks[0][0] / ticks} if asks and is_open else {}),
    }


def _described(question: Question) -> dict[str, Any]:
    """What never changes."""
    described = {
        "id": str(500_000 + question.number),
        "question": question.title,
        "conditionId": condition_of(question),
        "slug": f"simulated-{question.number}-{question.round}",
        "resolutionSource": "",
        "endDate": iso(question.closes),
        "startDate": iso(question.opens, micro=True),
        "createdAt": iso(question.opens - 600, micro=True),
        "description": f"Simulated: resolves by a made-up world at {iso(question.closes)}.",
        "outcomes": json.dumps(["Yes", "No"]),
        "clobTokenIds": json.dumps([token_of(question, 0), token_of(question, 1)]),
        "restricted": True,
        "negRisk": bool(question.one_of),
        "negRiskOther": False,
        "version": "v1",
    }
    if question.one_of:
        described["negRiskMarketID"] = "0x" + hexadecimal(64, NAME, "group", question.one_of)
        described["questionID"] = "0x" + hexadecimal(64, NAME, "question", *question.key)
    return described


def _standing(question: Question, state: str, at: float) -> dict[str, Any]:
    """Where it is in its life."""
    oracle = _oracle_path(state)
    standing: dict[str, Any] = {
        "active": True,
        "closed": state in (DISPUTED, SETTLED),
        "archived": False,
        "acceptingOrders": state == OPEN,
        "enableOrderBook": True,
        "updatedAt": iso(at - 1, micro=True),
        "umaResolutionStatuses": json.dumps(oracle),
    }
    if oracle:
        standing["umaResolutionStatus"] = oracle[-1]
    if standing["closed"]:
        standing["closedTime"] = iso(question.closes + 30)[:-1].replace("T", " ") + "+00"
    return standing


def _fees(question: Question) -> dict[str, Any]:
    rate = RATES.get(question.topic, 0.05)
    return {
        "feesEnabled": True,
        "feeType": f"{question.topic}_fees_v2",
        "feeSchedule": {"exponent": 1, "rate": rate, "takerOnly": True, "rebateRate": 0.25},
        "makerBaseFee": 1000,
        "takerBaseFee": 1000,
    }


def _oracle_path(state: str) -> list[str]:
    return {
        OPEN: [],
        PENDING: ["proposed"],
        DISPUTED: ["proposed", "disputed"],
        SETTLED: ["proposed", "resolved"],
    }[state]
