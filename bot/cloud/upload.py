"""Put the site into its bucket, byte for byte, with the headers the local server gives."""

from pathlib import Path

from bot.cloud.aws import Cloud
from bot.cloud.site import cache_control, content_type


def upload_site(cloud: Cloud, folder: Path, bucket: str) -> int:
    """Upload every file, pages last, then remove what is no longer there; how many files.

    Pages come last so that a page never names a file that is not up yet.
    """
    client = cloud.client("s3")
    files = sorted((f for f in folder.rglob("*") if f.is_file()), key=_pages_last)
    names = [file.relative_to(folder).as_posix() for file in files]
    for name, file in zip(names, files, strict=True):
        client.put_object(
            Bucket=bucket,
            Key=name,
            Body=file.read_bytes(),
            ContentType=content_type(name),
            CacheControl=cache_control(name),
        )
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for old in {item["Key"] for item in page.get("Contents", [])} - set(names):
            client.delete_object(Bucket=bucket, Key=old)
    return len(names)


def _pages_last(file: Path) -> tuple[bool, str]:
    return file.suffix == ".html", file.as_posix()
