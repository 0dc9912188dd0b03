"""RSS 2.0, RSS 1.0 and Atom to headlines. Pure; raises VenuePayloadError for what is no feed.

The parser is the standard library's expat, without anything by which XML can do harm: a document
type, where entities are declared that unfold into gigabytes or name files, is refused as soon as it
begins. Nothing is fetched, and only titles and times are kept, within limits.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from xml.parsers import expat

from chalicelib.domain.errors import VenuePayloadError
from chalicelib.domain.headline import Headline
from chalicelib.venues.text import clean_text

MOST_BYTES = 2_000_000
MOST_ENTRIES = 500
MOST_DEPTH = 50
LONGEST_TITLE = 300
LONGEST_FIELD = 4_000
CLOCK_SKEW = timedelta(minutes=5)

_ENTRIES = frozenset({"item", "entry"})
_PREFIXES = frozenset({"", "dc", "atom", "rss"})
"""Others have titles of their own: of pictures, of sources."""

_TITLE = "title"
_TIMES = ("pubDate", "published", "date", "updated")
"""By which a feed says when: of RSS 2.0, Atom, RSS 1.0; the last one is when it was changed."""


class _NotPlain(Exception):
    """What a feed has no business to have."""


@dataclass(slots=True)
class _Entries:
    """Titles and times of the entries, collected as the parser goes."""

    found: list[dict[str, str]] = field(default_factory=list)
    depth: int = 0
    _at: int | None = None
    _field: str = ""
    _text: str = ""

    def start(self, name: str, _attributes: object) -> None:
        """An element begins."""
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise _NotPlain(f"it is nested deeper than {MOST_DEPTH} elements")
        prefix, _, local = name.rpartition(":")
        local = local if prefix in _PREFIXES else ""
        if self._at is None and local in _ENTRIES and len(self.found) < MOST_ENTRIES:
            self._at = self.depth
            self.found.append({})
        elif self._at is not None and self.depth == self._at + 1:
            self._field, self._text = local, ""

    def text(self, data: str) -> None:
        """Words within an element."""
        if self._field and len(self._text) < LONGEST_FIELD:
            self._text += data

    def end(self, _name: str) -> None:
        """An element ends."""
        if self._at is not None and self.depth == self._at + 1:
            if self._field in (_TITLE, *_TIMES):
                self.found[-1].setdefault(self._field, self._text)
            self._field = ""
        if self.depth == self._at:
            self._at = None
        self.depth -= 1


def read_feed(body: object, feed: str, seen_at: datetime) -> list[Headline]:
    """The headlines of a feed, newest first; entries without a title or a usable time are not."""
    if not isinstance(body, bytes) or len(body) > MOST_BYTES:
        raise _refused(feed, f"it is larger than {MOST_BYTES // 1_000_000} MB")
    entries = _Entries()
    parser = expat.ParserCreate()
    parser.StartElementHandler = entries.start
    parser.EndElementHandler = entries.end
    parser.CharacterDataHandler = entries.text
    parser.StartDoctypeDeclHandler = _no_doctype
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, _NotPlain, ValueError, LookupError) as exc:
        raise _refused(feed, str(exc)) from exc
    read = (_headline(entry, feed, seen_at) for entry in entries.found)
    return sorted(filter(None, read), key=lambda h: (h.published_at, h.title), reverse=True)


def _no_doctype(*_declared: object) -> None:
    raise _NotPlain("it declares a document type")


def _refused(feed: str, why: str) -> VenuePayloadError:
    return VenuePayloadError(
        f"{feed} is not a feed that can be read: {clean_text(why, 100)}",
        "NEWS_FEEDS takes addresses of RSS and Atom feeds: look at it in a browser.",
    )


def _headline(entry: dict[str, str], feed: str, seen_at: datetime) -> Headline | None:
    title = clean_text(entry.get(_TITLE, ""), LONGEST_TITLE)
    stated = next((entry[name] for name in _TIMES if entry.get(name)), "")
    published = _moment(stated.strip())
    if not title or published is None or published > seen_at + CLOCK_SKEW:
        return None
    return Headline(feed, title, min(published, seen_at), seen_at)


def _moment(stated: str) -> datetime | None:
    """A time as feeds write it, by RFC 3339 or RFC 5322; None for one without its zone."""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(stated)
            return None if moment.tzinfo is None else moment.astimezone(UTC)
        except (ValueError, TypeError, OverflowError):
            continue
    return None
