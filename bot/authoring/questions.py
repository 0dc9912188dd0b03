"""Made-up questions for made-up tapes: they fit together as those of real markets do."""

from dataclasses import fields, replace
from typing import Any

import numpy as np

from bot.authoring.walks import NOW, random_spot_walk, random_walk, spot_tape
from chalicelib.domain.arrays import IntArray
from chalicelib.domain.question import Questions
from chalicelib.domain.tape import FEES, SEEN, Tape


def asking(tape: Tape, **columns: Any) -> Tape:
    """The same tape with what its instruments ask: arrays of Questions, by name."""
    known = {
        name: np.asarray(values, getattr(tape.questions, name).dtype)
        for name, values in columns.items()
    }
    return replace(tape, questions=replace(tape.questions, **known))


def beside(left: Tape, right: Tape) -> Tape:
    """The instruments of two tapes of the same times in one; their names must differ."""
    width = len(left.instruments)
    joined = {
        name: np.hstack([getattr(left, name), getattr(right, name)])
        for name in (*SEEN, *FEES, "closes_at", "spot")
    }
    asked = {}
    for each in fields(Questions):
        here, there = getattr(left.questions, each.name), getattr(right.questions, each.name)
        if each.name in ("underlying", "twin"):
            there = np.where(there < 0, -1, there + width)
        if each.name in ("group", "subject"):
            there = np.where(there < 0, -1, there + here.max(initial=-1) + 1)
        asked[each.name] = np.hstack([here, there])
    partner = np.where(right.complement < 0, -1, right.complement + width)
    return replace(
        left,
        **joined,
        instruments=left.instruments + right.instruments,
        complement=np.hstack([left.complement, partner]),
        market=np.hstack([left.market, right.market + left.market.max(initial=-1) + 1]),
        questions=Questions(**asked),
    )


def random_exchanges(seed: int, rows_: int, columns: int, unknown: float = 0.05) -> Tape:
    """Currencies that wander in pairs, each quoted by two venues that do not quite agree."""
    chance = np.random.default_rng(seed)
    names = ("BTC", "ETH", "SOL", "AVAX", "LTC", "BCH")[: max(2, min(columns, 6))]
    pairs = np.repeat(np.arange(3), 2)[: len(names)]
    walks = np.exp(chance.normal(0, 0.003, (rows_, 3)).cumsum(axis=0))[:, pairs]
    prices = 10.0 ** chance.integers(-1, 5, len(names)) * walks
    prices = prices * np.exp(chance.normal(0, 0.004, prices.shape))
    mids = np.hstack([prices, prices * np.exp(chance.normal(0, 0.004, prices.shape))])
    mids[chance.random(mids.shape) < unknown] = np.nan
    ids = [*(f"one:{name}-USD" for name in names), *(f"two:{name}USDT" for name in names)]
    quoted = replace(spot_tape(mids, 0.0001, fee=0.0002), instruments=tuple(ids))
    return asking(quoted, subject=np.tile(np.arange(len(names)), 2))


def mixed_walk(seed: int, rows_: int, columns: int, unknown: float = 0.05) -> Tape:
    """Contracts that ask something, four for each of ``columns``, and currencies, in one tape."""
    contracts = random_walk(seed, rows_, 4 * columns, unknown)
    currencies = random_spot_walk(seed, rows_, 1 + columns // 3, unknown)
    return random_questions(beside(contracts, currencies), seed)


def random_questions(walk: Tape, seed: int) -> Tape:
    """The same walk with questions that fit together, twins, forecasts, news and volume.

    One after the other its markets ask for: the members of an exclusive group, which is listed
    whole or not; a price at a time, or touched until a time, above, below or between bounds;
    something by a date; up or down over a window that has begun; the same as a market at another
    venue. Prices asked for lie around those of a currency of the tape, where it has one.
    """
    sheet = _Sheet(walk, np.random.default_rng(seed))
    firsts = np.flatnonzero(walk.questions.affirmative & (walk.complement >= 0) & ~walk.spot)
    sheet.fill(firsts)
    return replace(
        walk,
        instruments=tuple(sheet.names),
        closes_at=sheet.ends,
        questions=Questions(**sheet.asked),
        **_said(walk, firsts, sheet.chance),
    )


def _said(walk: Tape, firsts: IntArray, chance: np.random.Generator) -> dict[str, Any]:
    """Forecasts, news and volume, each unknown here and there."""
    shape = walk.bid.shape
    forecast = np.clip(chance.random(shape[1]) + chance.normal(0, 0.02, shape).cumsum(axis=0), 0, 1)
    forecast[:, walk.complement[firsts]] = 1 - forecast[:, firsts]
    nothing_said = chance.random(shape) < 0.1
    forecast[nothing_said | walk.spot | (chance.random(shape[1]) < 0.5)] = np.nan
    return {
        "forecast": forecast,
        "news": np.where(nothing_said, np.nan, chance.poisson(0.1, shape)),
        "volume": np.where(nothing_said, np.nan, 1e4 * chance.lognormal(0, 0.5, shape)),
    }


class _Sheet:
    """The questions of a walk while they are written, a few markets at a time.

    ``yes`` are the columns of the affirmative outcomes; what is written goes to both outcomes.
    """

    def __init__(self, walk: Tape, chance: np.random.Generator) -> None:
        self.walk, self.chance = walk, chance
        self.asked: dict[str, Any] = {
            f.name: getattr(walk.questions, f.name).copy() for f in fields(Questions)
        }
        self.ends, self.names = walk.closes_at.copy(), list(walk.instruments)

    def fill(self, firsts: IntArray) -> None:
        """Ask one kind of question of every three markets."""
        kinds = (
            self._group, self._level, self._touch, self._dated, self._change, self._twin,
            self._none,
        )  # fmt: skip
        offset = int(self.chance.integers(0, len(kinds)))
        for number in range(0, len(firsts), 3):
            yes = firsts[number : number + 3]
            minutes = self.chance.integers(-5, 240, len(yes))
            self.ends[self._both(yes)] = NOW.timestamp() + 60 * minutes
            kinds[(offset + number // 3) % len(kinds)](yes)

    def _both(self, yes: IntArray) -> list[IntArray]:
        return [yes, self.walk.complement[yes]]

    def _write(self, yes: IntArray, **values: Any) -> None:
        for name, value in values.items():
            self.asked[name][self._both(yes)] = value

    def _end(self, yes: IntArray) -> None:
        self._write(yes, ends_at=self.ends[self._both(yes)])

    def _none(self, _yes: IntArray) -> None:
        """A market that asks nothing that can be read."""

    def _group(self, yes: IntArray) -> None:
        count = len(yes)
        size = self.chance.choice([0, count, count, count + 1])
        self._write(yes, group=self.asked["group"].max() + 1, group_size=size)

    def _dated(self, yes: IntArray) -> None:
        self._write(yes, subject=self.asked["subject"].max() + 1, touch=True)
        self._end(yes)

    def _level(self, yes: IntArray) -> None:
        self._write(yes, subject=self.asked["subject"].max() + 1, touch=False)
        self.ends[self._both(yes)] = self.ends[yes[0]]
        self._bound(yes)
        self._end(yes)

    def _touch(self, yes: IntArray) -> None:
        self._write(yes, subject=self.asked["subject"].max() + 1, touch=True)
        self.ends[self._both(yes)] = self.ends[yes]
        self._bound(yes)
        self._end(yes)

    def _change(self, yes: IntArray) -> None:
        minutes = self.chance.choice([5, 15, 60], len(yes))
        begun = NOW.timestamp() - 60 * self.chance.integers(0, minutes)
        currencies = np.append(np.flatnonzero(self.walk.spot)[:1], -1)
        self._write(yes, starts_at=begun, underlying=self.chance.choice(currencies))
        self.ends[self._both(yes)] = begun + 60 * minutes
        self._end(yes)

    def _twin(self, yes: IntArray) -> None:
        """The first two markets pay together, or one when the other does not."""
        if len(yes) > 1:
            both, turned = self._both(yes), int(self.chance.integers(0, 2))
            for column in (0, 1):
                here, there = both[column][0], both[column ^ turned][1]
                self.asked["twin"][here], self.asked["twin"][there] = there, here
                self.names[there] = self.names[there].replace("test:", "other:")
            self.ends[both] = self.ends[yes[0]]
        self._end(yes)

    def _bound(self, yes: IntArray) -> None:
        """Above, below and between prices around the last one known of a currency, if any."""
        price, chance = 100.0, self.chance
        currencies = np.flatnonzero(self.walk.spot)
        if currencies.size:
            currency = chance.choice(currencies)
            self._write(yes, underlying=currency)
            price = next((p for p in self.walk.mid[::-1, currency] if not np.isnan(p)), price)
        bounds = np.sort(price * np.exp(chance.normal(0, 0.2, (2, len(yes)))), axis=0)
        open_side = chance.integers(0, 3, len(yes))
        self._write(
            yes,
            low=np.where(open_side == 1, -np.inf, bounds[0]),
            high=np.where(open_side == 0, np.inf, bounds[1]),
        )
