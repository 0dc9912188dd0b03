"""Order books about a fair price: whole ticks, sizes that change now and then."""

from math import ceil, floor

from bot.exchanges.chance import unit, wander
from bot.exchanges.world import Coin, Question, World

Rung = tuple[int, float]
"""A price in ticks, and the size there."""

LEVELS = 12
_STEADY_SECONDS = 20.0


def _sizes(at: float, usual: float, *name: object) -> list[float]:
    turn = floor(at / _STEADY_SECONDS)
    return [
        round(usual * (0.2 + 1.6 * unit(turn, level, *name)) * (1 + level / 3), 2)
        for level in range(LEVELS)
    ]


def question_ladder(
    world: World, venue: str, question: Question, at: float, ticks: int
) -> tuple[list[Rung], list[Rung]]:
    """Bids and asks for YES, best first; a dollar has so many ``ticks``. Never crossed."""
    name = (world.seed, venue, *question.key)
    fair = world.chance(question, at) + 0.008 * wander(at, 240.0, "opinion", *name)
    half = 0.004 + 0.012 * unit("spread", *name)
    best_bid = min(floor((fair - half) * ticks), ticks - 2)
    best_ask = max(ceil((fair + half) * ticks), best_bid + 1, 2)
    step = max(ticks // 100, 1)
    bids = [best_bid - step * n for n in range(LEVELS)]
    asks = [best_ask + step * n for n in range(LEVELS)]
    buy, sell = _sizes(at, 400, "buy", *name), _sizes(at, 400, "sell", *name)
    return (
        [(price, size) for price, size in zip(bids, buy, strict=True) if 0 < price < ticks],
        [(price, size) for price, size in zip(asks, sell, strict=True) if 0 < price < ticks],
    )


def coin_ladder(
    world: World, venue: str, coin: Coin, at: float, tick: float, most: int
) -> tuple[list[Rung], list[Rung]]:
    """Bids and asks for one coin in ticks of its quote currency, best first."""
    name = (world.seed, venue, coin.symbol)
    fair = world.price(coin, at) * (1 + 0.0002 * wander(at, 90.0, "basis", *name))
    half = fair * (0.00002 + 0.00008 * unit("spread", *name))
    best_bid, best_ask = floor((fair - half) / tick), ceil((fair + half) / tick)
    best_ask = max(best_ask, best_bid + 1)
    step = max(1, round(fair * 0.00005 / tick))
    usual = 20_000 / coin.usual
    buy, sell = _sizes(at, usual, "buy", *name), _sizes(at, usual, "sell", *name)
    bids = [(best_bid - step * n, buy[n % LEVELS] + n / 100) for n in range(most)]
    asks = [(best_ask + step * n, sell[n % LEVELS] + n / 100) for n in range(most)]
    return [rung for rung in bids if rung[0] > 0], asks
