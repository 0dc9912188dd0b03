"""Feeds to headlines: three dialects, and nothing by which XML can do harm."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import VenuePayloadError
from chalicelib.domain.headline import Headline
from chalicelib.news.parse import LONGEST_TITLE, MOST_BYTES, MOST_DEPTH, MOST_ENTRIES, read_feed

NOW = datetime(2026, 9, 14, 12, tzinfo=UTC)
NOON = "Mon, 14 Sep 2026 08:00:00 -0400"
RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>The paper</title>
<item><media:title>A picture</media:title><title>Ann Example &amp; Co resign</title>
<pubDate>{when}</pubDate></item>
<item><title><![CDATA[Older <b>news</b>]]></title><dc:date>2026-09-14T09:30:00Z</dc:date></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>The paper</title>
<entry><title type="html">Ann resigns</title><updated>2026-09-14T11:59:00Z</updated>
<published>2026-09-14T13:00:00+02:00</published></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>The paper</title></channel>
<item><title>Ann resigns</title><dc:date>2026-09-14T11:00:00Z</dc:date></item></rdf:RDF>"""
LAUGHS = (
    '<!DOCTYPE r [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {b} "&{a};&{a};&{a};&{a};&{a};&{a};&{a};&{a};&{a};&{a};">'
        for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    ) + "]><rss><channel><item><title>&i;</title></item></channel></rss>"
)  # fmt: skip
FILES = (
    '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&x;</title>'
    "</item></channel></rss>"
)


def read(text: str | bytes) -> list[Headline]:
    return read_feed(text.encode() if isinstance(text, str) else text, "feed", NOW)


def item(title: str, when: str = "2026-09-14T11:00:00Z") -> str:
    return f"<rss><item><title>{title}</title><published>{when}</published></item></rss>"


def test_rss_gives_its_items_newest_first_with_their_own_titles() -> None:
    assert read(RSS.format(when=NOON)) == [
        Headline("feed", "Ann Example & Co resign", NOW, NOW),
        Headline("feed", "Older <b>news</b>", NOW - timedelta(hours=2.5), NOW),
    ]


@pytest.mark.parametrize("text", [ATOM, RDF])
def test_other_dialects_give_when_it_was_published(text: str) -> None:
    expected = Headline("feed", "Ann resigns", NOW - timedelta(hours=1), NOW)
    assert read(text) == [expected]


@pytest.mark.parametrize("when", [
    "", "yesterday", "2026-09-14T11:00:00", "2026-13-45", "9" * 90, "2026-09-14T12:06:00Z",
    "Mon, 99 Sep 2026 08:00:00 GMT",
])  # fmt: skip
def test_entry_without_a_time_that_can_be_is_left_out(when: str) -> None:
    assert read(item("Ann resigns", when)) == []


def test_clock_that_is_a_little_ahead_is_set_right() -> None:
    assert read(item("Ann resigns", "2026-09-14T12:04:00Z"))[0].published_at == NOW


def test_title_is_one_line_of_visible_text_within_its_limit() -> None:
    (long,) = read(item("Ann\n\u202eresigns " + "x" * 9000))
    assert long.title.startswith("Ann resigns xx")
    assert len(long.title) == LONGEST_TITLE
    assert read(item(" \u200b ")) == []


@pytest.mark.parametrize("text", [LAUGHS, FILES, "<!DOCTYPE html><html><body>Down</body></html>"])
def test_document_type_is_refused_before_anything_unfolds(text: str) -> None:
    with pytest.raises(VenuePayloadError, match="document type"):
        read(text)


@pytest.mark.parametrize("text", [
    "", "not xml", "<rss><item>", b"\xff\xfe\x00", "<rss>&nbsp;</rss>", "<a>" * (MOST_DEPTH + 1),
    '<?xml version="1.0" encoding="unheard-of"?><rss/>', "<!-- " + "x" * MOST_BYTES + " --><rss/>",
])  # fmt: skip
def test_what_is_no_feed_is_refused_with_its_name(text: str | bytes) -> None:
    with pytest.raises(VenuePayloadError, match="feed is not a feed that can be read"):
        read(text)


def test_more_entries_than_a_feed_needs_are_not_read() -> None:
    many = "".join(item(f"News {n}")[5:-6] for n in range(MOST_ENTRIES + 5))
    assert len(read(f"<rss>{many}</rss>")) == MOST_ENTRIES


_PIECES = st.sampled_from([
    "<rss>", "</rss>", "<item>", "</item>", "<title>", "</title>", "&amp;", "&x;", "<pubDate>",
    "</pubDate>", NOON, "<![CDATA[", "]]>", "<!DOCTYPE r [", "\x00",
    "<?xml version='1.0' encoding='utf-16'?>",
])  # fmt: skip


@given(st.lists(_PIECES | st.text(max_size=8), max_size=20).map("".join))
def test_reading_a_feed_gives_headlines_or_a_refusal(text: str) -> None:
    try:
        found = read_feed(text.encode(errors="surrogatepass"), "feed", NOW)
    except VenuePayloadError:
        return
    assert all(headline.title and headline.published_at <= NOW for headline in found)
