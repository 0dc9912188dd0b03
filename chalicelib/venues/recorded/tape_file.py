"""The tape file: real order books of settled markets, read with numpy and the standard library.

Layout, little-endian: magic (8 bytes), schema version (uint16), SHA-256 of all that follows
(32 bytes), length of the index (uint32), the index (JSON), one block per market.
``tools/convert_resolvedkit.py`` writes it.
"""

import hashlib
import json
import struct
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from chalicelib.domain.errors import VenueUnavailable
from chalicelib.venues.recorded.snapshots import MarketBooks
from chalicelib.venues.recorded.tape_columns import restore, unpack

MAGIC = b"MSTTAPE\n"
SCHEMA_VERSION = 1
BUNDLED_TAPE = Path(__file__).with_name("tape.bin")

_HEAD = struct.Struct("<8sH32s")
_INDEX_LENGTH = struct.Struct("<I")
_HOW_TO_MEND = (
    "Restore chalicelib/venues/recorded/tape.bin from the release and deploy again, or build it "
    "with: python tools/convert_resolvedkit.py BOOKS.parquet MARKETS.parquet"
)


@dataclass(frozen=True, slots=True)
class RecordedMarket:
    """What the tape says about one market; times in milliseconds since 1970, payouts in dollars.

    ``offset`` and ``length`` find its block, counted in bytes from the end of the index.
    """

    slug: str
    question: str
    end_ms: int
    payout_up: str
    payout_down: str
    first_ms: int
    last_ms: int
    snapshots: int
    changes: int
    offset: int
    length: int


class RecordedTape:
    """A checked tape in memory; a market's books are unpacked when first asked for."""

    def __init__(self, title: str, markets: tuple[RecordedMarket, ...], blocks: bytes) -> None:
        self.title = title
        self.markets = {market.slug: market for market in markets}
        self._blocks = blocks
        self._unpacked: dict[str, MarketBooks] = {}

    def books(self, slug: str) -> MarketBooks:
        """All snapshots of one of ``markets``, both instruments; KeyError for another slug."""
        found = self._unpacked.get(slug)
        if found is None:
            market = self.markets[slug]
            block = self._blocks[market.offset : market.offset + market.length]
            changes = unpack(block, market.snapshots, market.changes)
            found = self._unpacked[slug] = restore(changes, market.first_ms)
        return found


def read_tape(path: Path = BUNDLED_TAPE) -> RecordedTape:
    """Read and check a tape. Raises VenueUnavailable: missing, corrupt, of another version."""
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise VenueUnavailable(
            f"cannot read the recorded tape {path}: {problem.strerror}", _HOW_TO_MEND
        ) from problem
    return decode_tape(content, str(path))


def decode_tape(content: bytes, where: str) -> RecordedTape:
    """Check a tape's bytes and read its index; ``where`` names it in an error."""
    payload = _checked_payload(content, where)
    begin = _INDEX_LENGTH.size
    (index_length,) = _INDEX_LENGTH.unpack_from(payload)
    index = json.loads(payload[begin : begin + index_length])
    markets = tuple(RecordedMarket(**market) for market in index["markets"])
    return RecordedTape(index["title"], markets, payload[begin + index_length :])


def encode_tape(title: str, markets: Sequence[RecordedMarket], blocks: bytes) -> bytes:
    """The bytes of a tape file: the same input gives the same bytes."""
    content = {"title": title, "markets": [asdict(market) for market in markets]}
    index = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    payload = _INDEX_LENGTH.pack(len(index)) + index + blocks
    return _HEAD.pack(MAGIC, SCHEMA_VERSION, hashlib.sha256(payload).digest()) + payload


def _checked_payload(content: bytes, where: str) -> bytes:
    if len(content) < _HEAD.size or not content.startswith(MAGIC):
        raise VenueUnavailable(f"{where} is not a recorded tape", _HOW_TO_MEND)
    _, version, digest = _HEAD.unpack_from(content)
    if version != SCHEMA_VERSION:
        raise VenueUnavailable(
            f"{where} has tape schema {version}; this release reads {SCHEMA_VERSION}",
            _HOW_TO_MEND,
        )
    payload = content[_HEAD.size :]
    if hashlib.sha256(payload).digest() != digest:
        raise VenueUnavailable(
            f"{where} is corrupt: its contents do not match their SHA-256", _HOW_TO_MEND
        )
    return payload
