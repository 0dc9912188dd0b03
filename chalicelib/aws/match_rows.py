"""Matched pairs as rows and back. Pure.

MATCH              <pair id>             one pair of markets: proposed, confirmed or rejected
SHARD#0            TWINS                 of the confirmed pairs, what a cycle needs: it reads this
                                         row with everything else, in its one query
"""

from collections.abc import Iterable

from chalicelib.aws.rows import SCHEMA, SHARD
from chalicelib.aws.table import Item, Key
from chalicelib.codec import Codec
from chalicelib.domain.errors import StoreError
from chalicelib.matching.pair import MatchedPair
from chalicelib.matching.twin import ConfirmedTwin

MATCHES = "MATCH"
TWINS_KEY = Key(SHARD, "TWINS")
PAIR = Codec[MatchedPair](MatchedPair, "matched pair")
TWINS = Codec[tuple[ConfirmedTwin, ...]](tuple[ConfirmedTwin, ...], "confirmed twins")


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
    _check_schema(item, f"pair {item['sk']}")
    return PAIR.decode(item["body"])


def twins_item(twins: Iterable[ConfirmedTwin], version: int) -> Item:
    """The twins as a row; its version stands apart for conditions."""
    return {
        "pk": TWINS_KEY.pk,
        "sk": TWINS_KEY.sk,
        "schema": SCHEMA,
        "version": version,
        "body": TWINS.text(tuple(twins)),
    }


def twins_from(item: Item | None) -> tuple[ConfirmedTwin, ...]:
    """The twins in a row; none where no pair was ever confirmed."""
    if item is None:
        return ()
    _check_schema(item, "the list of confirmed twins")
    return TWINS.decode(item["body"])


def _check_schema(item: Item, what: str) -> None:
    if item.get("schema") != SCHEMA:
        raise StoreError(
            f"{what} is stored in schema {item.get('schema')!r}, expected {SCHEMA}",
            "Deploy the version that wrote it, or run `bot doctor`.",
        )
