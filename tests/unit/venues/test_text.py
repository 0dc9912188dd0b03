"""Titles are written by strangers: what reaches the page, the terminal and the table is clean."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.venues.text import clean_text, safe_url

HOSTS = {"polymarket.com"}


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Will it rain?", "Will it rain?"),
        ("  two\n lines\tand\r\nmore ", "two lines and more"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("safe\u202eexe.fdp", "safeexe.fdp"),
        ("Y\u200be\u2060s\ufeff", "Yes"),
        ("a\u2066b\u2069c\u061cd\x85e", "abcd e"),
        ("tag\U000e0041 pair\ud83d", "tag pair"),
        ("<img onerror=alert(1)>", "<img onerror=alert(1)>"),
        ("Zürich über 30 °C? 日本", "Zürich über 30 °C? 日本"),
        ("\u200b\u202e", ""),
    ],
)
def test_clean_text_keeps_what_is_visible_and_nothing_else(raw: str, shown: str) -> None:
    assert clean_text(raw) == shown


@given(st.text(max_size=500))
def test_clean_text_is_one_storable_line_whatever_comes_in(raw: str) -> None:
    cleaned = clean_text(raw)
    assert len(cleaned) <= 200
    assert cleaned == cleaned.strip()
    assert not {unicodedata.category(c) for c in cleaned} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    cleaned.encode()
    assert clean_text(cleaned) == cleaned


def test_clean_text_cuts_long_text_with_an_ellipsis() -> None:
    assert clean_text("word " * 1_000_000).endswith("word…")
    assert len(clean_text("x" * 201)) == 200
    assert clean_text("x" * 200) == "x" * 200


@pytest.mark.parametrize(
    "url",
    ["https://polymarket.com/market/some-slug", "https://polymarket.com/event/a?tid=1#comments"],
)
def test_safe_url_keeps_https_on_a_known_host(url: str) -> None:
    assert safe_url(url, HOSTS) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://polymarket.com/x",
        "javascript:alert(1)",
        "https://polymarket.com.evil.example/x",
        "https://evil.example/polymarket.com",
        "https://user@polymarket.com/x",
        "https://polymarket.com:8443/x",
        "https://polymarket.com:port/x",
        "https://[polymarket.com/x",
        "https://polymarket.com/a b",
        "https://polymarket.com/\u202e",
        "https://polymarket.com/" + "x" * 500,
        "//polymarket.com/x",
    ],
)
def test_safe_url_drops_everything_else(url: str) -> None:
    assert safe_url(url, HOSTS) == ""
