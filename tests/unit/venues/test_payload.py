"""Numbers and times from a venue are exact, or they are refused by name."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field

from chalicelib.domain.errors import VenueError, VenuePayloadError
from chalicelib.venues.payload import (
    Amount,
    Flag,
    FromJsonText,
    Instant,
    Number,
    Probability,
    WireModel,
    exact_number,
    load_json,
    read_model,
)
from tests.unit.venues.played_http import attempt


class Sample(WireModel):
    price: Probability | None = None
    size: Amount | None = None
    any_number: Number | None = None
    flag: Flag | None = None
    at: Instant = None
    prices: Annotated[tuple[Probability, ...], FromJsonText] = ()
    words: Annotated[tuple[str, ...], FromJsonText, Field(max_length=2)] = ()


POISON = [
    True,
    False,
    [],
    {},
    float("nan"),
    float("inf"),
    0.5,
    Decimal("NaN"),
    Decimal("sNaN"),
    Decimal("Infinity"),
    "",
    " 1",
    "1 ",
    "1,5",
    "1_000",
    "0x10",
    "NaN",
    "-inf",
    "one",
    "\u0661",
    "\u202e1",
    "1e999",
    "0." + "3" * 39,
    "9" * 39,
    10**38,
    -(10**400),
    Decimal("1e-60"),
    Decimal("0." + "3" * 39),
]


@pytest.mark.parametrize("poison", POISON, ids=repr)
def test_exact_number_refuses_what_is_not_a_storable_number(poison: object) -> None:
    with pytest.raises(ValueError, match=r"number|digits|finite"):
        exact_number(poison)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("0.42", Decimal("0.42")),
        (5, Decimal(5)),
        (Decimal("1137484.0848760004"), Decimal("1137484.0848760004")),
        ("1e-7", Decimal("1e-7")),
        ("-3", Decimal(-3)),
        ("9" * 38, Decimal("9" * 38)),
    ],
)
def test_exact_number_reads_text_and_numbers_without_loss(sent: object, read: Decimal) -> None:
    assert exact_number(sent) == read


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_reading_a_model_answers_or_raises_a_payload_error(raw: object) -> None:
    for field in Sample.model_fields:
        sample = attempt(partial(read_model, Sample, {field: raw}, "sample"))
        if isinstance(sample, VenueError):
            assert isinstance(sample, VenuePayloadError)
            assert sample.message.startswith(f"sample.{field}")
            assert sample.message.isprintable()
            continue
        assert sample.price is None or 0 <= sample.price <= 1
        assert sample.size is None or 0 <= sample.size < 10**15
        assert sample.at is None or sample.at.tzinfo is UTC


@pytest.mark.parametrize("raw", [None, 1, "text", [], [{}]])
def test_reading_a_model_refuses_what_is_not_an_object(raw: object) -> None:
    with pytest.raises(VenuePayloadError, match=r"^answer is "):
        read_model(Sample, raw, "answer")


@pytest.mark.parametrize("price", ["-0.01", "1.01", "39"])
def test_impossible_price_is_refused_by_path_and_value(price: str) -> None:
    with pytest.raises(VenuePayloadError) as caught:
        read_model(Sample, {"prices": f'["0.5", "{price}"]'}, "markets[3]")
    assert "markets[3].prices.1" in caught.value.message
    assert price in caught.value.message
    assert caught.value.hint


def test_values_in_messages_cannot_carry_controls_or_length() -> None:
    with pytest.raises(VenuePayloadError) as caught:
        read_model(Sample, {"flag": "\x1b[2J\u202e" + "x" * 10_000}, "m")
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 200


@pytest.mark.parametrize("text", ['["0.5"', "[NaN]", "{}", "", "[" * 100_000, '"0.5"', "[true]"])
def test_broken_list_inside_a_string_is_refused(text: str) -> None:
    with pytest.raises(VenuePayloadError, match=r"m\.prices"):
        read_model(Sample, {"prices": text}, "m")


def test_list_inside_a_string_and_plain_list_read_alike() -> None:
    inside = read_model(Sample, {"prices": '["0.4", 0.6]'}, "m")
    assert inside.prices == (Decimal("0.4"), Decimal("0.6"))
    assert read_model(Sample, {"prices": ["0.4", Decimal("0.6")]}, "m") == inside


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("2026-09-30T16:00:00Z", datetime(2026, 9, 30, 16, tzinfo=UTC)),
        ("2026-06-04 00:34:19+00", datetime(2026, 6, 4, 0, 34, 19, tzinfo=UTC)),
        ("2026-06-04T02:00:00.123456789+02:00", datetime(2026, 6, 4, 0, 0, 0, 123456, UTC)),
        ("0001-01-01T00:00:00Z", None),
        (None, None),
    ],
)
def test_times_become_aware_utc(sent: object, read: datetime | None) -> None:
    assert read_model(Sample, {"at": sent}, "m").at == read


@pytest.mark.parametrize(
    "sent",
    [
        "2026-09-30T16:00:00",
        "9999-12-31T23:59:59-23:00",
        "2026-09-31T00:00:00Z",
        "soon",
        "",
        1789387195,
        True,
    ],
)
def test_times_without_offset_or_sense_are_refused(sent: object) -> None:
    with pytest.raises(VenuePayloadError, match=r"m\.at"):
        read_model(Sample, {"at": sent}, "m")


@pytest.mark.parametrize("sent", ["true", "yes", 1, 0, "false"])
def test_flags_are_true_or_false_and_nothing_like_it(sent: object) -> None:
    with pytest.raises(VenuePayloadError, match=r"m\.flag"):
        read_model(Sample, {"flag": sent}, "m")


def test_fields_that_the_venue_adds_later_pass() -> None:
    assert read_model(Sample, {"new": [1], "price": "0.5"}, "m").price == Decimal("0.5")


@pytest.mark.parametrize("body", [b"NaN", b'{"a": Infinity}', b"[-Infinity]", b"[" * 200_000])
def test_json_without_a_meaning_in_json_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"not a JSON number|nested"):
        load_json(body)


def test_json_fractions_are_exact() -> None:
    assert load_json(b"[0.1, 1e-7]") == [Decimal("0.1"), Decimal("1e-7")]
