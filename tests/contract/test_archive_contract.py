"""What every Archive promises: the one in memory, and S3 as moto plays it."""

import pytest

from bot.tapes.shelf import Shelf
from chalicelib.ports import Archive
from tests.cloud_fixtures import BUCKET, moto_client, run

KEY = "trades/dt=2026-09-28/hour=08/cycle=1-00.jsonl.gz"


@pytest.fixture(params=["memory_archive", "moto_archive"])
def archive(request: pytest.FixtureRequest) -> Archive:
    return request.getfixturevalue(request.param)


def test_a_missing_key_is_none(archive: Archive) -> None:
    assert run(archive.get(KEY)) is None


@pytest.mark.parametrize("body", [b"", b"\x00\xff gzip \n", b"x" * 200_000])
def test_what_is_stored_comes_back_byte_for_byte(archive: Archive, body: bytes) -> None:
    run(archive.put_once(KEY, body))
    assert run(archive.get(KEY)) == body


def test_the_first_writer_of_a_key_wins_and_the_second_is_no_error(archive: Archive) -> None:
    for body in (b"first", b"second", b"first"):
        run(archive.put_once(KEY, body))
    assert run(archive.get(KEY)) == b"first"


def test_keys_are_apart(archive: Archive) -> None:
    run(archive.put_once("a/1", b"one"))
    run(archive.put_once("a/11", b"eleven"))
    assert run(archive.get("a/1")) == b"one"
    assert run(archive.get("a")) is None


def test_keys_below_a_prefix_are_listed_in_order(archive: Shelf) -> None:
    for key in ("tapes/b.tape", "tapes/a.tape", "trades/c"):
        run(archive.put_once(key, b"x"))
    assert run(archive.keys("tapes/")) == ["tapes/a.tape", "tapes/b.tape"]
    assert run(archive.keys("none/")) == []


@pytest.mark.parametrize(
    ("key", "kind", "encoding"),
    [
        ("records/r.json.gz", "application/json", "gzip"),
        (KEY, "application/x-ndjson", "gzip"),
        ("tapes/t.tape", "application/octet-stream", "identity"),
    ],
)
def test_an_object_in_s3_says_what_it_holds(
    moto_archive: Archive, key: str, kind: str, encoding: str
) -> None:
    run(moto_archive.put_once(key, b"\x1f\x8b"))
    head = moto_client("s3").head_object(Bucket=BUCKET, Key=key)
    assert (head["ContentType"], head["ContentEncoding"]) == (kind, encoding)
