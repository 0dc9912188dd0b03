"""Which markets a headline is about."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.matching.headlines import RARE_FLOOR, match_headlines

MARKETS = [
    ("a", "Will Ann Example resign as governor by October 31?"),
    ("b", "Will Ann Example win the election in November 2026?"),
    ("c", "Will Bob Sample win the election in November 2026?"),
]


def test_headline_is_about_the_markets_that_share_two_rare_words_with_it() -> None:
    assert match_headlines(["Governor Ann Example resigns over taxes"], MARKETS) == {"a": 1, "b": 1}
    assert match_headlines(["Sample: Bob is ill"], MARKETS) == {"c": 1}


def test_one_word_in_common_or_only_a_date_is_chance() -> None:
    headlines = ["Ann Boleyn's letters found", "What to expect in November 2026", "Will the the"]
    assert match_headlines(headlines, MARKETS) == {}


def test_words_that_many_markets_have_say_nothing() -> None:
    crowd = [(f"m{n}", f"Will the Fed cut rates number{'abcdefghijklmn'[n]}?")
             for n in range(RARE_FLOOR + 1)]  # fmt: skip
    assert match_headlines(["Fed to cut rates"], crowd) == {}
    assert len(match_headlines(["Fed to cut rates"], crowd[:RARE_FLOOR])) == RARE_FLOOR


def test_each_headline_counts_and_order_does_not() -> None:
    headlines = ["Ann Example to resign", "Why Ann Example had to go", "Rain in Oslo"]
    found = match_headlines(headlines, MARKETS)
    assert found == {"a": 2, "b": 2}
    assert match_headlines(headlines[::-1], MARKETS[::-1]) == found


@given(st.lists(st.text(max_size=40), max_size=5), st.lists(st.text(max_size=40), max_size=5))
def test_matching_headlines_never_raises(headlines: list[str], titles: list[str]) -> None:
    match_headlines(headlines, [(str(n), title) for n, title in enumerate(titles)])
