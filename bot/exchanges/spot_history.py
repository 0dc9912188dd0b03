"""Bars and trades of a coin, as every spot venue derives its own shape from them."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.exchanges.chance import unit
from bot.exchanges.world import COINS, Coin, World


@dataclass(frozen=True, slots=True)
class Bar:
    """Prices from ``start`` on, seconds since 1970; ``volume`` is in coins."""

    start: int
    open: float
    high: float
    low: float
    close: float
    volume: float


@dataclass(frozen=True, slots=True)
class Deal:
    """One trade of others; ``number`` grows with time."""

    number: int
    at: int
    price: float
    size: float
    taker_buys: bool


def coin_of(symbol: str) -> Coin | None:
    """The coin of a symbol."""
    return next((coin for coin in COINS if coin.symbol == symbol), None)


def bars(world: World, coin: Coin, start: int, end: int, length: int) -> Iterator[Bar]:
    """Bars that begin in ``start <= t < end``, oldest first."""
    first = start - start % length + (length if start % length else 0)
    for moment in range(first, end, length):
        points = [world.price(coin, moment + length * n / 8) for n in range(9)]
        volume = length / 3 * 2_000 / coin.usual * unit(world.seed, "bar", coin.symbol, moment)
        yield Bar(moment, points[0], max(points), min(points), points[-1], volume)


def deals(world: World, coin: Coin, until: float, count: int) -> list[Deal]:
    """The newest trades before a time, newest first, one every two seconds."""
    last = int(until) // 2
    return [
        Deal(
            number,
            number * 2,
            world.price(coin, number * 2),
            round(0.001 + 3_000 / coin.usual * unit(world.seed, "deal", coin.symbol, number), 6),
            unit(world.seed, "side", coin.symbol, number) < 0.5,
        )
        for number in range(last, last - count, -1)
    ]
