"""One made-up world behind all venues: coins with prices, and questions with answers.

Everything is a function of the seed and the time, so history, the present and the outcome of what
will close agree, on every venue and after every restart.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from math import erf, exp, log, sqrt

from bot.exchanges.chance import unit, wander

HOUR = 3600.0
DAY = 24 * HOUR
YEAR = 365 * DAY
_LAST_DAY = 253_400_000_000.0
"""Late in the year 9999: ids may name rounds that no calendar reaches."""
OPEN, PENDING, DISPUTED, SETTLED = "open", "pending", "disputed", "settled"

_OCTAVES = ((60 * DAY, 0.25), (9 * DAY, 0.08), (DAY, 0.025), (4 * HOUR, 0.008),
            (1200.0, 0.0025), (120.0, 0.0006))  # fmt: skip
_YEARLY_VOLATILITY = 0.5
_ONE_OF = 4


@dataclass(frozen=True, slots=True)
class Coin:
    """A crypto-currency; ``usual`` is the price in dollars that it wanders about."""

    symbol: str
    name: str
    slug: str
    usual: float
    supply: float


COINS = (
    Coin("BTC", "Bitcoin", "bitcoin", 91_000, 19_900_000),
    Coin("ETH", "Ethereum", "ethereum", 3_100, 120_700_000),
    Coin("SOL", "Solana", "solana", 152, 560_000_000),
    Coin("XRP", "XRP", "ripple", 2.1, 60_000_000_000),
    Coin("DOGE", "Dogecoin", "dogecoin", 0.17, 151_000_000_000),
    Coin("ADA", "Cardano", "cardano", 0.52, 36_000_000_000),
    Coin("LTC", "Litecoin", "litecoin", 94, 76_000_000),
    Coin("LINK", "Chainlink", "chainlink", 14.2, 690_000_000),
    Coin("BNB", "BNB", "binancecoin", 880, 138_000_000),
    Coin("AVAX", "Avalanche", "avalanche-2", 15.4, 427_000_000),
    Coin("BCH", "Bitcoin Cash", "bitcoin-cash", 540, 20_000_000),
    Coin("DOT", "Polkadot", "polkadot", 2.4, 1_640_000_000),
)


@dataclass(frozen=True, slots=True)
class Question:
    """One binary question in one of its rounds; times are seconds since 1970.

    ``coin`` and ``strike`` are set where it asks whether a price will be above something.
    ``one_of`` names the group of questions of which exactly one comes true.
    """

    number: int
    round: int
    title: str
    topic: str
    opens: float
    closes: float
    coin: Coin | None = None
    strike: float = 0.0
    one_of: str = ""

    @property
    def key(self) -> tuple[int, int]:
        """What venues' ids are made of."""
        return (self.number, self.round)


_TOPICS = (
    ("Will the harbour bridge reopen?", "politics"),
    ("Will the mayor's budget pass?", "politics"),
    ("Will the Otters win their next match?", "sports"),
    ("Will the central bank cut its rate?", "economics"),
    ("Will the comet be visible to the naked eye?", "culture"),
    ("Will the new phone go on sale?", "tech"),
)
_CANDIDATES = ("Amara Lind", "Basil Okoye", "Chiara Novak", "Dmitri Ferro")
_ROUNDS = (HOUR, DAY, 7 * DAY, 30 * DAY)


def _by(closes: float) -> str:
    moment = datetime.fromtimestamp(min(max(closes, 0.0), _LAST_DAY), UTC)
    return f"by {moment:%B %d, %Y, %H:%M} UTC"


@dataclass(frozen=True, slots=True)
class World:
    """``markets`` is how many questions are open at any time."""

    seed: int = 1
    markets: int = 60

    def price(self, coin: Coin, at: float) -> float:
        """Dollars for one coin."""
        moved = sum(
            size * wander(at, period, self.seed, coin.symbol, period) for period, size in _OCTAVES
        )
        return coin.usual * exp(moved)

    def asked(self, at: float) -> list[Question]:
        """The questions that are open."""
        return [self.question(n, self._round(n, at)) for n in range(self.markets)]

    def question(self, number: int, round_: int) -> Question:
        """One question; the same numbers always name the same one."""
        length, offset = self._length(number), self._offset(number)
        opens, closes = offset + round_ * length, offset + (round_ + 1) * length
        if number % 3 == 0:
            return self._about_a_price(number, round_, opens, closes)
        if number % 3 == 1:
            group, place = divmod(number // 3, _ONE_OF)
            title = f"Will {_CANDIDATES[place]} win election {group + 1} {_by(closes)}?"
            return Question(
                number, round_, title, "politics", opens, closes, one_of=f"{group}-{round_}"
            )
        title, topic = _TOPICS[(number // 3) % len(_TOPICS)]
        return Question(number, round_, f"{title[:-1]} {_by(closes)}?", topic, opens, closes)

    def _about_a_price(self, number: int, round_: int, opens: float, closes: float) -> Question:
        coin = COINS[(number // 3) % 3]
        spread = _YEARLY_VOLATILITY * sqrt((closes - opens) / YEAR)
        away = (((number // 9) % 3) - 1) * 0.7 * spread
        strike = float(f"{self.price(coin, opens) * (1 + away):.4g}")
        title = f"Will {coin.name} be above ${strike:,g} {_by(closes)}?"
        return Question(number, round_, title, "crypto", opens, closes, coin, strike)

    def _length(self, number: int) -> float:
        # A group of which one comes true opens and closes together.
        kind = number // (3 * _ONE_OF) if number % 3 == 1 else number // 3
        return _ROUNDS[kind % len(_ROUNDS)]

    def _offset(self, number: int) -> float:
        whole = number // (3 * _ONE_OF) if number % 3 == 1 else number // 27
        return unit(self.seed, "offset", number % 3, whole) * self._length(number)

    def _round(self, number: int, at: float) -> int:
        return int((at - self._offset(number)) // self._length(number))

    def chance(self, question: Question, at: float) -> float:
        """The fair price of YES while it is open."""
        left = max(question.closes - at, 1.0)
        if question.coin is not None:
            moved = log(self.price(question.coin, at) / question.strike)
            spread = _YEARLY_VOLATILITY * sqrt(left / YEAR)
            return 0.5 * (1 + erf(moved / spread / sqrt(2)))
        share = left / (question.closes - question.opens)
        sureness = 3 / sqrt(share + 0.02)
        if not question.one_of:
            return 1 / (1 + exp(-sureness * self._lean(question, at)))
        weights = [exp(sureness * self._lean(rival, at)) for rival in self._rivals(question)]
        return weights[(question.number // 3) % _ONE_OF] / sum(weights)

    def group(self, place: int) -> list[int]:
        """The numbers of the questions of a group."""
        return [3 * (_ONE_OF * place + member) + 1 for member in range(_ONE_OF)]

    def _rivals(self, question: Question) -> list[Question]:
        place = question.number // 3 // _ONE_OF
        return [self.question(number, question.round) for number in self.group(place)]

    def _lean(self, question: Question, at: float) -> float:
        period = max((question.closes - question.opens) / 5, 60.0)
        slow = wander(at, period, self.seed, *question.key)
        return 0.8 * slow + 0.2 * wander(at, period / 9, self.seed, "fast", *question.key)

    def comes_true(self, question: Question) -> bool:
        """The answer, as it will be at the close."""
        if question.coin is not None:
            return self.price(question.coin, question.closes) > question.strike
        if question.one_of:
            leans = [self._lean(rival, question.closes) for rival in self._rivals(question)]
            return leans.index(max(leans)) == (question.number // 3) % _ONE_OF
        return self._lean(question, question.closes) > 0

    def is_void(self, question: Question) -> bool:
        """Whether it ends without an answer: one in forty of those that stand alone."""
        alone = question.coin is None and not question.one_of
        return alone and unit(self.seed, "void", *question.key) < 1 / 40

    def state(self, question: Question, at: float) -> str:
        """Where it is in its life: a tenth of the answers are disputed for a while."""
        if at < question.closes:
            return OPEN
        waited = at - question.closes
        is_disputed = unit(self.seed, "dispute", *question.key) < 0.1
        if waited < 10 * 60:
            return PENDING
        return DISPUTED if is_disputed and waited < 2 * HOUR else SETTLED
