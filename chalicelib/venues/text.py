"""Make words that strangers wrote safe to store, to print and to show."""

import unicodedata
from collections.abc import Collection
from urllib.parse import urlsplit

TEXT_LIMIT = 200
RULES_LIMIT = 1500
"""For the words by which a market resolves: the first paragraphs say it."""
URL_LIMIT = 500

# Controls (which hold terminal escapes), invisible format characters (bidirectional overrides,
# zero-width joiners), unpaired surrogates, private use, and the Unicode line separators.
_UNWANTED = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def clean_text(raw: str, limit: int = TEXT_LIMIT) -> str:
    """Return one line of visible text, at most ``limit`` characters, cut with an ellipsis."""
    if len(raw) <= limit and raw.isprintable() and "  " not in raw:
        return raw.strip()
    # Long before the cut, so that a megabyte of text costs nothing.
    line = raw[: limit * 2].replace("\n", " ")
    if not line.isprintable():
        line = "".join(map(_visible, line))
    while "  " in line:
        line = line.replace("  ", " ")
    line = line.strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _visible(character: str) -> str:
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in _UNWANTED else character


def safe_url(raw: str, hosts: Collection[str]) -> str:
    """Return ``raw`` when it is an https address on one of ``hosts``, otherwise nothing."""
    if not raw or len(raw) > URL_LIMIT or not raw.isascii() or not raw.isprintable() or " " in raw:
        return ""
    try:
        parts = urlsplit(raw)
        bare_host = parts.port is None and parts.username is None
    except ValueError:
        return ""
    return raw if bare_host and parts.scheme == "https" and parts.hostname in hosts else ""
