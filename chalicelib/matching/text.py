"""Words that strangers wrote, made comparable: one form of each sign, words, negations."""

import re
import unicodedata
from collections.abc import Iterable

LONGEST_TITLE = 400
"""A longer title is no title; reading a part of it could miss the word that turns it round."""

LONGEST_RULES = 8_000

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("‘’‛ʼ´", "'"),
        **dict.fromkeys("“”„«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("º˚", "°"),
        "≥": ">=",
        "≤": "<=",
    }
)
_ODD = re.compile(r"[^ -~]")
_INITIALS = re.compile(r"\b(?:[a-z]\.){2,}")
_CAPITAL = re.compile(r"(?<!^)(?<![^\W_])[^\W_]{0,30}?[^\W\d_a-zß-öø-ÿ][^\W_]*(?:[.'-][^\W_]+)*")
_WORD = re.compile(r"[0-9]+(?:[.,][0-9]+)*|[^\W\d_]+(?:'[^\W\d_]+)?")


def word_set(listed: str) -> frozenset[str]:
    """The words of a list that is written as one text."""
    return frozenset(listed.split())


NEGATIONS = word_set(
    "not no never without neither nor none cannot fail fails refrain refrains avoid avoids"
)
STOPWORDS = word_set(
    "a an and any as at be by do does for from has have if in into is it its of on or s than that "
    "the their there this to was what which who will with would"
)
SAME_WORDS = {
    **dict.fromkeys(("democrats", "democratic"), "democrat"),
    **dict.fromkeys(("republicans", "gop"), "republican"),
    **dict.fromkeys(("america", "states", "u.s.a", "u.s"), "us"),
    **dict.fromkeys(("nominated", "nomination", "nominate"), "nominee"),
    **dict.fromkeys(("wins", "winner", "won", "winning"), "win"),
    **dict.fromkeys(("presidential", "presidency"), "president"),
    **dict.fromkeys(("maximum", "max", "high"), "highest"),
    **dict.fromkeys(("minimum", "min", "low"), "lowest"),
    **dict.fromkeys(("elections", "electoral"), "election"),
    **dict.fromkeys(("visits", "visited"), "visit"),
    **dict.fromkeys(("cuts", "decrease", "decreases"), "cut"),
    **dict.fromkeys(("hikes", "increase", "increases"), "hike"),
    "btc": "bitcoin",
    "eth": "ethereum",
    "sol": "solana",
    "doge": "dogecoin",
    "nyc": "york",
}
OPPOSITES = (
    ("above", "below"), ("over", "under"), ("more", "less"), ("more", "fewer"), ("cut", "hike"),
    ("win", "lose"), ("up", "down"), ("highest", "lowest"), ("republican", "democrat"),
    ("start", "end"), ("first", "second"), ("first", "last"), ("before", "after"),
    ("rise", "fall"), ("reach", "dip"), ("men", "women"), ("buy", "sell"), ("best", "worst"),
)  # fmt: skip


def plain(raw: str, limit: int = LONGEST_TITLE) -> str:
    """One line of visible text with one form of each quote, dash and degree sign; case is kept."""
    text = raw[: limit * 2]
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_SIGNS)).translate(_SIGNS)
    if not (text.isascii() and text.isprintable()):
        text = _ODD.sub(_visible, text)
    return " ".join(text.replace("*", " ").replace("`", "'").split())[:limit]


def _visible(match: re.Match[str]) -> str:
    character = match[0]
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in _INVISIBLE else character


def unreadable(raw: str) -> str:
    """Why a title cannot be read at all; nothing when it can."""
    if len(raw) > LONGEST_TITLE:
        return f"it is longer than {LONGEST_TITLE} characters"
    if raw.isascii():
        return ""
    if any(c.isnumeric() and not c.isascii() for c in raw):
        return "it has digits other than 0 to 9"
    if any(unicodedata.bidirectional(c) in _TURNING for c in raw):
        return "it has signs that turn the direction of writing"
    return ""


_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


def words(text: str) -> list[str]:
    """The words and numbers of a text in order: no case, no accents, plurals and synonyms one."""
    bare = plain(text, LONGEST_RULES).lower()
    if not bare.isascii():
        folded = unicodedata.normalize("NFKD", bare)
        bare = "".join(c for c in folded if not unicodedata.combining(c))
    joined = _INITIALS.sub(lambda m: m[0].replace(".", ""), bare.replace("n't", " not"))
    return [_stem(word) for word in _WORD.findall(joined)]


def _stem(word: str) -> str:
    if word[0].isdigit():
        return word.replace(",", "")
    word = word.removesuffix("'s")
    if word in SAME_WORDS:
        return SAME_WORDS[word]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return SAME_WORDS.get(word, word)


def meaning(of: Iterable[str]) -> frozenset[str]:
    """The words that carry meaning, without numbers and negations."""
    return frozenset(
        w for w in of if w not in STOPWORDS and w not in NEGATIONS and not w[0].isdigit()
    )


def negated(of: Iterable[str]) -> bool:
    """Whether an odd number of words turn the sense round."""
    return sum(word in NEGATIONS for word in of) % 2 == 1


def names(text: str) -> frozenset[str]:
    """Words with a capital in them after the first word: people, places, parties, xAI."""
    found = words(" ".join(_CAPITAL.findall(plain(text))))
    return frozenset(w for w in found if w not in STOPWORDS and not w[0].isdigit())


def opposed(a: frozenset[str], b: frozenset[str]) -> tuple[str, str] | None:
    """The first pair of words of which each text has another one, and they mean the opposite."""
    only_a, only_b = a - b, b - a
    for one, other in OPPOSITES:
        for x, y in ((one, other), (other, one)):
            if x in only_a and y in only_b:
                return x, y
    return None


def similarity(a: frozenset[str], b: frozenset[str]) -> float:
    """Share of words in common, 0 to 1, whatever their order (Dice's coefficient of the sets)."""
    return 2 * len(a & b) / (len(a) + len(b)) if a or b else 0.0
