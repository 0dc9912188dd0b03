"""What S3 may answer besides yes, and what the product makes of it."""

import io
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError
from botocore.response import StreamingBody
from botocore.stub import ANY, Stubber

from chalicelib.aws.s3 import S3Archive
from chalicelib.domain.errors import StoreError, StoreUnavailable
from tests.cloud_fixtures import run

CLIENT = boto3.client(
    "s3",
    region_name="us-east-1",
    aws_access_key_id="test",
    aws_secret_access_key="test",
    config=Config(retries={"total_max_attempts": 1}),
)
ARCHIVE = S3Archive(CLIENT, "archive")


def answer_put(*codes: str) -> None:
    with Stubber(CLIENT) as stub:
        for code in codes:
            stub.add_client_error("put_object", code, expected_params=ANYTHING)
        if codes[-1] == "ConditionalRequestConflict" and len(codes) < 3:
            stub.add_response("put_object", {}, ANYTHING)
        run(ARCHIVE.put_once("k.json.gz", b"x"))
        stub.assert_no_pending_responses()


ANYTHING = {
    "Bucket": "archive",
    "Key": "k.json.gz",
    "Body": b"x",
    "IfNoneMatch": "*",
    "ContentType": ANY,
    "ContentEncoding": ANY,
}


def answer_get(code: str) -> bytes | None:
    with Stubber(CLIENT) as stub:
        stub.add_client_error("get_object", code)
        return run(ARCHIVE.get("k.json.gz"))


@pytest.mark.parametrize("code", ["PreconditionFailed", "412"])
def test_an_object_that_is_there_already_is_success(code: str) -> None:
    answer_put(code)


def test_a_key_that_somebody_else_is_writing_is_tried_again() -> None:
    answer_put("ConditionalRequestConflict", "ConditionalRequestConflict")


def test_a_key_that_stays_in_conflict_is_reported() -> None:
    with pytest.raises(StoreError, match=r"put k\.json\.gz failed: ConditionalRequestConflict"):
        answer_put(*["ConditionalRequestConflict"] * 3)


@pytest.mark.parametrize("code", ["SlowDown", "InternalError", "ServiceUnavailable", "503"])
def test_throttling_is_unavailable_with_a_hint(code: str) -> None:
    for ask in (answer_put, answer_get):
        with pytest.raises(StoreUnavailable, match=code) as raised:
            ask(code)
        assert raised.value.hint


@pytest.mark.parametrize("code", ["AccessDenied", "NoSuchBucket"])
def test_a_refusal_is_a_store_error_with_a_hint(code: str) -> None:
    for ask in (answer_put, answer_get):
        with pytest.raises(StoreError, match=code) as raised:
            ask(code)
        assert not isinstance(raised.value, StoreUnavailable)
        assert "policy" in raised.value.hint


@pytest.mark.parametrize("code", ["NoSuchKey", "404"])
def test_a_missing_key_is_none(code: str) -> None:
    assert answer_get(code) is None


class Broken(io.RawIOBase):
    """A body whose connection dies while it is read."""

    def read(self, size: int = -1) -> Any:
        raise ReadTimeoutError(endpoint_url="https://s3")


def test_a_connection_that_dies_while_reading_is_unavailable() -> None:
    with Stubber(CLIENT) as stub:
        stub.add_response("get_object", {"Body": StreamingBody(Broken(), 10)})
        with pytest.raises(StoreUnavailable, match="did not complete"):
            run(ARCHIVE.get("k.json.gz"))


def test_an_object_that_ends_too_early_is_unavailable() -> None:
    with Stubber(CLIENT) as stub:
        stub.add_response("get_object", {"Body": StreamingBody(io.BytesIO(b"half"), 10)})
        with pytest.raises(StoreUnavailable, match="did not complete"):
            run(ARCHIVE.get("k.json.gz"))


def test_no_answer_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ReadTimeoutError(endpoint_url="https://s3")

    monkeypatch.setattr(CLIENT, "_make_api_call", fail)
    for ask in (ARCHIVE.get("k"), ARCHIVE.put_once("k", b"x"), ARCHIVE.keys("k")):
        with pytest.raises(StoreUnavailable, match="did not complete") as raised:
            run(ask)
        assert "network" in raised.value.hint


def test_a_list_that_is_denied_is_a_store_error() -> None:
    with Stubber(CLIENT) as stub:
        stub.add_client_error("list_objects_v2", "AccessDenied")
        with pytest.raises(StoreError, match="list tapes/ failed: AccessDenied"):
            run(ARCHIVE.keys("tapes/"))
