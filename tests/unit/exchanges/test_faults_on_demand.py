"""Faults are written in a line, strike where they are told to, and spoil what they name."""

import json

import pytest

from bot.exchanges.exchange import CONTROL
from bot.exchanges.faults import FaultSyntaxError, Kind, Rule, due
from bot.exchanges.spoil import in_place_of_an_answer, spoilt_body, spoilt_content
from bot.exchanges.wire import Request
from tests.unit.exchanges.asking import made, reply_to

CONTENT = {"markets": [{"id": "7", "status": "active", "price": 0.5}], "cursor": "c"}


@pytest.mark.parametrize("kind", Kind)
def test_fault_reads_as_it_is_written(kind: Kind) -> None:
    rule = Rule.parse(f"{kind}@clob.polymarket.com/books~0.25")
    assert rule == Rule(kind, "clob.polymarket.com/books", 0.25)
    assert Rule.parse(str(rule)) == rule
    assert Rule.parse(kind.value) == Rule(kind)


@pytest.mark.parametrize("text", ["", "flood", "503~2", "503~0", "503~often", "503~nan"])
def test_fault_that_cannot_be_read_says_how_to_write_one(text: str) -> None:
    with pytest.raises(FaultSyntaxError) as caught:
        Rule.parse(text)
    assert "KIND[@HOST/PATH][~SHARE]" in caught.value.hint


def test_fault_strikes_only_where_its_pattern_fits_and_in_its_share() -> None:
    rules = [Rule.parse("503@clob.*~0.25")]
    struck = [due(rules, "clob.polymarket.com/books", 1, n) for n in range(2000)]
    assert 400 < struck.count(Kind.STATUS_503) < 600
    assert due(rules, "gamma-api.polymarket.com/markets", 1, 1) is None
    assert struck == [due(rules, "clob.polymarket.com/books", 1, n) for n in range(2000)]


def test_spoilt_answers_are_wrong_in_the_way_they_say() -> None:
    assert spoilt_content(Kind.EMPTY, CONTENT) == {"markets": [], "cursor": "c"}
    assert len(spoilt_content(Kind.DUPLICATES, CONTENT)["markets"]) == 2
    assert "markets_v9" in spoilt_content(Kind.RENAMED, CONTENT)
    unknown = spoilt_content(Kind.UNKNOWN_ENUM, CONTENT)["markets"][0]
    assert unknown == {"id": "7", "status": "hibernating", "price": 0.5}
    wrong = spoilt_content(Kind.WRONG_TYPES, CONTENT)["markets"][0]
    assert not any(isinstance(value, str | float) for value in wrong.values())
    assert spoilt_content(None, CONTENT) == CONTENT


def test_spoilt_bodies_are_cut_replaced_or_too_long() -> None:
    body = json.dumps(CONTENT).encode()
    assert len(spoilt_body(Kind.TOO_LARGE, body)) > 6_000_000
    assert spoilt_body(Kind.HTML, body).startswith(b"<!doctype html>")
    for text in (body, b"[]", b"{}", b"[[1], [2], [3]]"):
        with pytest.raises(json.JSONDecodeError):
            json.loads(spoilt_body(Kind.TRUNCATED, text))


def test_busy_venue_says_when_to_come_back_only_where_the_fault_says_so() -> None:
    plain, later = (
        in_place_of_an_answer(kind) for kind in (Kind.STATUS_429, Kind.STATUS_429_RETRY_AFTER)
    )
    assert plain is not None
    assert later is not None
    assert (plain.status, later.status) == (429, 429)
    assert "retry-after" not in plain.headers
    assert later.headers["retry-after"] == "30"


def test_control_replaces_the_faults_and_refuses_what_it_cannot_read() -> None:
    exchanges = made()
    put = reply_to(exchanges, f"{CONTROL}/faults", b'["dns@clob*"]', "PUT")
    assert put.content["faults"] == ["dns@clob*"]
    books = Request("POST", "clob.polymarket.com", "/books", ())
    assert exchanges.fault(books) is Kind.DNS
    for body in (b'["flood"]', b"7", b"[7]", b"{", b"null"):
        assert reply_to(exchanges, f"{CONTROL}/faults", body, "PUT").status == 400
    assert reply_to(exchanges, f"{CONTROL}/").content["struck"] == {"dns": 1}
    assert reply_to(exchanges, f"{CONTROL}/faults", b"[]", "PUT").content["faults"] == []
    assert exchanges.fault(books) is None
