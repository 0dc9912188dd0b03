"""A seeded tape of contracts that ask something and of currencies at two venues."""

from dataclasses import replace

import numpy as np

from chalicelib.domain.arrays import BoolArray, FloatArray, IntArray
from chalicelib.domain.question import Questions
from chalicelib.domain.tape import Tape

NAMED = ("BTC", "ETH", "SOL", "AVAX", "LTC", "BCH", "DOGE", "SHIB", "XRP", "XLM", "ADA", "DOT")
DAY, QUARTER = 86_400.0, 900.0
MEMBER, LEVEL, CHANGE, OTHER = range(4)
"""What every fourth market is: one after the other."""


def mixed_tape(columns: int, rows: int, currencies: int) -> Tape:
    """``columns`` instruments, ``2 * currencies`` of them spot; always quoted, a row a minute.

    A quarter of the markets are members of exclusive groups of five, a quarter ask for the price of
    a currency, a quarter whether it ends no lower than it began; a tenth has a twin elsewhere.
    """
    chance = np.random.default_rng(7)
    spot = 2 * currencies
    markets = (columns - spot) // 2
    times = np.arange(rows, dtype=np.int64) * 60
    contract, coin = _contracts(chance, markets, rows), _currencies(chance, currencies, rows)
    mid = np.hstack([contract, coin])
    half = np.hstack([np.full(contract.shape, 0.005), coin * 5e-5])
    left = chance.uniform(0, np.where(np.arange(markets) % 4 == CHANGE, QUARTER, 30 * DAY))
    ends = times[-1] + np.repeat(left, 2)
    said = (rows, len(mid[0]))
    return Tape(
        instruments=_names(markets, currencies),
        times=times,
        bid=mid - half,
        ask=mid + half,
        bid_size=chance.uniform(10, 1000, said),
        ask_size=chance.uniform(10, 1000, said),
        complement=np.concatenate([np.arange(2 * markets) ^ 1, np.full(spot, -1)]),
        market=np.concatenate([np.arange(2 * markets) // 2, markets + np.arange(spot)]),
        closes_at=np.concatenate([ends, np.full(spot, np.nan)]),
        fee_rate=np.concatenate([np.full(2 * markets, 0.07), np.full(spot, 0.001)]),
        fee_exponent=np.ones(said[1]),
        fee_of_value=np.arange(said[1]) >= 2 * markets,
        spot=np.arange(said[1]) >= 2 * markets,
        volume=chance.lognormal(10, 1, said),
        forecast=np.hstack([np.clip(contract + 0.02, 0, 1), np.full(coin.shape, np.nan)]),
        news=chance.poisson(0.05, said).astype(np.float64),
        questions=_questions(chance, markets, coin[-1], ends),
    )


def _names(markets: int, currencies: int) -> tuple[str, ...]:
    contracts = [
        f"{'polymarket' if n % 20 == 7 else 'kalshi'}:m{n:05d}:{side}"
        for n in range(markets)
        for side in ("yes", "no")
    ]
    bases = [NAMED[n] if n < len(NAMED) else f"COIN{n}" for n in range(currencies)]
    coins = [
        *(f"coinbase:{base}-USD" for base in bases),
        *(f"binance:{base}USDT" for base in bases),
    ]
    return (*contracts, *coins)


def _contracts(chance: np.random.Generator, markets: int, rows: int) -> FloatArray:
    steps = chance.normal(0, 0.01, (rows, markets)).cumsum(axis=0)
    yes = np.clip(chance.uniform(0.05, 0.95, markets) + steps, 0.02, 0.98)
    return np.stack([yes, 1 - yes], axis=2).reshape(rows, -1)


def _currencies(chance: np.random.Generator, currencies: int, rows: int) -> FloatArray:
    steps = chance.normal(0, 0.002, (rows, currencies)).cumsum(axis=0)
    prices = 10.0 ** chance.uniform(-4, 5, currencies) * np.exp(steps)
    return np.hstack([prices, prices * np.exp(chance.normal(0, 0.001, prices.shape))])


def _questions(
    chance: np.random.Generator, markets: int, prices: FloatArray, ends: FloatArray
) -> Questions:
    """The third of every twenty markets and the seventh pay together."""
    column = np.arange(2 * markets)
    number, kind, coins = column // 2, column // 2 % 4, len(prices) // 2
    coin, level = number % coins, kind == LEVEL
    bound = prices[coin] * np.repeat(np.exp(chance.normal(0, 0.1, markets)), 2)
    above, priced = number % 3 > 0, level | (kind == CHANGE)
    twin = column + np.where(number % 20 == 3, 8, -8)

    def wide(where: BoolArray, values: object, otherwise: float) -> FloatArray:
        contracts = np.where(where, values, otherwise)
        return np.concatenate([contracts, np.full(len(prices), otherwise)])

    def numbers(where: BoolArray, values: object, otherwise: int = -1) -> IntArray:
        return wide(where, values, otherwise).astype(np.int64)

    subject = numbers(level, coins + coin)
    subject[2 * markets :] = np.tile(np.arange(coins), 2)
    return replace(
        Questions.none(2 * markets + len(prices)),
        affirmative=wide(column % 2 == 0, values=True, otherwise=False).astype(np.bool_),
        group=numbers(kind == MEMBER, number // 20),
        group_size=numbers(kind == MEMBER, 5, 0),
        subject=subject,
        low=wide(level, np.where(above, bound, -np.inf), np.nan),
        high=wide(level, np.where(above, np.inf, bound), np.nan),
        touch=wide(level & (number % 8 == LEVEL), values=True, otherwise=False).astype(np.bool_),
        starts_at=wide(kind == CHANGE, ends - QUARTER, np.nan),
        ends_at=wide(priced, ends, np.nan),
        underlying=numbers(priced, 2 * markets + coin),
        twin=numbers(np.isin(number % 20, (3, 7)), twin),
    )
