"""News feeds: headlines with their time. Nothing is traded at a feed, so none is a venue."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.ports import News


def open_feeds(addresses: Iterable[str], contact: str = "") -> Mapping[str, "News"]:
    """A client of each feed by its name; imports are late, and no connection is opened.

    Raises InputError for what is no address of a feed.
    """
    from chalicelib.news.client import open_feed  # noqa: PLC0415

    feeds = [open_feed(address, contact) for address in addresses]
    return {feed.name: feed for feed in feeds}
