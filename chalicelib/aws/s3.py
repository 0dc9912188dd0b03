"""The Archive port on S3."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.domain.errors import StoreError, StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ALREADY_THERE = {"PreconditionFailed", "412"}
BEING_WRITTEN = {"ConditionalRequestConflict", "409"}
MISSING = {"NoSuchKey", "404"}
CONFLICT_ATTEMPTS = 3
TAPE_SUFFIX = ".tape"
"""Tapes are compressed inside: the only objects that are not gzip as a whole."""


class S3Archive:
    """Objects in one bucket, each written once."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    async def put_once(self, key: str, body: bytes) -> None:
        """Store the object unless it is there: being there already is success."""
        for attempt in range(CONFLICT_ATTEMPTS):
            try:
                self._put(key, body)
            except ClientError as exc:
                code = _code(exc)
                if code in ALREADY_THERE:
                    return
                if code not in BEING_WRITTEN or attempt == CONFLICT_ATTEMPTS - 1:
                    raise _translated(exc, f"put {key}") from exc
            else:
                return

    def _put(self, key: str, body: bytes) -> None:
        if key.endswith(TAPE_SUFFIX):
            kind, encoding = "application/octet-stream", "identity"
        else:
            kind = "application/json" if key.endswith(".json.gz") else "application/x-ndjson"
            encoding = "gzip"
        with self._translated_faults(f"put {key}"):
            self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=body,
                IfNoneMatch="*",
                ContentType=kind,
                ContentEncoding=encoding,
            )

    async def get(self, key: str) -> bytes | None:
        """The object's bytes, or None when there is no such key."""
        try:
            with self._translated_faults(f"get {key}"):
                return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except ClientError as exc:
            if _code(exc) in MISSING:
                return None
            raise _translated(exc, f"get {key}") from exc

    async def keys(self, prefix: str) -> list[str]:
        """The keys of all objects below a prefix, in order."""
        try:
            with self._translated_faults(f"list {prefix}"):
                pages = self._client.get_paginator("list_objects_v2").paginate(
                    Bucket=self._bucket, Prefix=prefix
                )
                return [entry["Key"] for page in pages for entry in page.get("Contents", ())]
        except ClientError as exc:
            raise _translated(exc, f"list {prefix}") from exc

    @contextmanager
    def _translated_faults(self, what: str) -> Iterator[None]:
        """Translate a connection that failed, also while a body was still being read."""
        try:
            yield
        except BotoCoreError as exc:
            raise StoreUnavailable(
                f"S3 {what} in {self._bucket} did not complete: {exc}",
                "Check the network and the credentials.",
            ) from exc


def _code(exc: ClientError) -> str:
    return str(exc.response.get("Error", {}).get("Code", ""))


def _translated(exc: ClientError, what: str) -> StoreError:
    code = _code(exc)
    if code in {"SlowDown", "InternalError", "ServiceUnavailable", "503"}:
        return StoreUnavailable(f"S3 {what} failed: {code}", "The next cycle tries again.")
    return StoreError(f"S3 {what} failed: {code}", "Check the function's policy and the bucket.")
