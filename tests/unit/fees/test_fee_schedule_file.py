"""The rows that ship: complete, sourced, and read strictly."""

import json
import re
from typing import Any

import pytest

from chalicelib.domain.errors import InputError
from chalicelib.domain.fee import FeeFormula
from chalicelib.fees.load import PUBLISHED, published, read_table


def schedule() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(PUBLISHED.read_text("utf-8"))
    return loaded


def test_published_rows_have_a_short_name_and_a_source() -> None:
    for row in published().rows:
        assert len(row.name) <= 80
        assert row.name.startswith(row.venue)
        assert row.source
    assert {row.venue for row in published().rows} == {
        "polymarket",
        "kalshi",
        "binance",
        "coinbase",
    }


def test_published_unverified_rows_say_what_is_in_doubt() -> None:
    assert all(row.note for row in published().rows if not row.verified)


def test_published_polymarket_rows_before_the_category_table_are_unverified_or_free() -> None:
    early = [r for r in published().rows if r.venue == "polymarket" and r.valid_from.year < 2026]
    charged = [r for r in published().rows if re.search(r"(January|February) 2026", r.name)]
    assert all(row.formula is FeeFormula.NONE for row in early)
    assert len(charged) == 3
    assert not any(row.verified for row in charged)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"taker_rate": 0.07}, "0.taker_rate: .*in quotes"),
        ({"taker_rate": "much"}, "rows.0.taker_rate"),
        ({"formula": "cubic"}, "rows.0.formula"),
        ({"valid_from": "2026-01-01T00:00:00"}, "not in UTC"),
        ({"rate": "0.07"}, "rows.0.rate"),
        ({"rounding": "to taste"}, "no rounding is named 'to taste'"),
        ({"exponent": "-1"}, "exponent -1"),
    ],
)
def test_read_table_a_wrong_row_is_refused_with_its_place(
    change: dict[str, object], why: str
) -> None:
    wrong = schedule()
    wrong["rows"][0] |= change
    with pytest.raises(InputError, match=why) as refused:
        read_table(json.dumps(wrong), "fees.json")
    assert refused.value.message.startswith("fees.json: ")


def test_read_table_a_wrong_rounding_is_refused_by_name() -> None:
    wrong = schedule()
    wrong["roundings"]["exact"]["quantum"] = "0.03"
    with pytest.raises(InputError, match=r"rounding 'exact': .*0\.03"):
        read_table(json.dumps(wrong), "fees.json")


def test_read_table_text_that_is_not_json_is_refused() -> None:
    with pytest.raises(InputError, match=r"fees\.json"):
        read_table("{", "fees.json")


def test_read_table_an_overlap_is_refused_with_both_names() -> None:
    wrong = schedule()
    copy = wrong["rows"][0] | {"name": "polymarket again"}
    wrong["rows"].append(copy)
    with pytest.raises(InputError, match="free until 2026-03-30' and 'polymarket again"):
        read_table(json.dumps(wrong), "fees.json")
