"""Matched pairs as rows and back. Pure.

MATCH              <pair id>             one pair of markets: proposed, confirmed or rejected
"""

from chalicelib.aws.rows import SCHEMA
from chalicelib.aws.table import Item, Key
from chalicelib.codec import Codec
from chalicelib.domain.errors import StoreError
from chalicelib.matching.pair import MatchedPair

MATCHES = "MATCH"
PAIR = Codec[MatchedPair](MatchedPair, "matched pair")


def match_key(pair_id: str) -> Key:
    """Where a pair is stored."""
    return Key(MATCHES, pair_id)


def match_item(pair: MatchedPair) -> Item:
    """A pair as a row; its version stands apart for conditions."""
    return {
        "pk": MATCHES,
        "sk": pair.pair_id,
        "schema": SCHEMA,
        "version": pair.version,
        "body": PAIR.text(pair),
    }


def match_from(item: Item) -> MatchedPair:
    """The pair in a row."""
    if item.get("schema") != SCHEMA:
        raise StoreError(
            f"pair {item['sk']} is stored in schema {item.get('schema')!r}, expected {SCHEMA}",
            "Deploy the version that wrote it, or run `bot doctor`.",
        )
    return PAIR.decode(item["body"])
