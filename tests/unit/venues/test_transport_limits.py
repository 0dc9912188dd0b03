"""How much of an answer is read, and what is not believed to be one."""

import gzip
import tracemalloc

import httpx
import pytest

from chalicelib.domain.errors import VenuePayloadError
from chalicelib.venues import body
from tests.unit.venues.played_http import HOST, ROOMY, Chunks, Network, replies, reply, run

URL = f"https://{HOST}/list"


def get(network: Network) -> object:
    transport = network.transport("venue", ROOMY)
    return run(transport.get(URL, deadline=transport.until(20.0)))


def test_error_page_with_status_200_is_a_payload_error() -> None:
    page = reply(b"<html>maintenance</html>", content_type="text/html; charset=utf-8")
    with pytest.raises(VenuePayloadError, match="text/html that is not JSON"):
        get(Network(replies(page)))


def test_answer_larger_than_the_limit_is_not_read_to_its_end() -> None:
    chunks = Chunks([b" " * 1_000_000] * 50)
    with pytest.raises(VenuePayloadError, match="more than 5 MB"):
        get(Network(replies(httpx.Response(200, stream=chunks))))
    assert chunks.delivered == 6


def test_compressed_bomb_is_not_unfolded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body, "UNPACKED_LIMIT", 1_000_000)
    bomb = gzip.compress(b" " * 20_000_000, mtime=0)
    assert len(bomb) < 50_000
    network = Network(replies(reply(bomb, content_encoding="gzip")))
    tracemalloc.start()
    with pytest.raises(VenuePayloadError, match="more than 1 MB"):
        get(network)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


def test_compressed_answer_in_pieces_is_read() -> None:
    packed = gzip.compress(b'{"markets": [0.1]}', mtime=0)
    pieces = Chunks([packed[i : i + 3] for i in range(0, len(packed), 3)])
    headers = {"content-encoding": "gzip"}
    network = Network(replies(httpx.Response(200, headers=headers, stream=pieces)))
    assert str(get(network)) == "{'markets': [Decimal('0.1')]}"


@pytest.mark.parametrize(
    ("sent", "encoding"),
    [(gzip.compress(b"[]", mtime=0)[:-4], "gzip"), (b"[]", "gzip"), (b"[]", "br"), (b"", "gzip")],
)
def test_broken_or_unasked_encoding_is_a_payload_error(sent: bytes, encoding: str) -> None:
    with pytest.raises(VenuePayloadError, match=r"gzip"):
        get(Network(replies(reply(sent, content_encoding=encoding))))


@pytest.mark.parametrize("sent", [b"", b"\xff\xfe", b"[" * 100_000, b"[1" + b"0" * 5000 + b"]"])
def test_body_that_is_not_json_is_a_payload_error(sent: bytes) -> None:
    with pytest.raises(VenuePayloadError):
        get(Network(replies(reply(sent))))
