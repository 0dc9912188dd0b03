"""Values as DynamoDB attributes: exact, or refused."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws.attributes import from_attribute, to_attribute

SCALARS = st.none() | st.booleans() | st.text() | st.integers(-(10**37), 10**37)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12
)


@given(VALUES)
def test_a_value_comes_back_exactly_and_with_its_type(value: Any) -> None:
    back = from_attribute(to_attribute(value))
    assert back == value
    assert repr(back) == repr(value)


@pytest.mark.parametrize(
    ("value", "attribute"),
    [
        (None, {"NULL": True}),
        (True, {"BOOL": True}),
        (1, {"N": "1"}),
        ("1", {"S": "1"}),
        ((1, "a"), {"L": [{"N": "1"}, {"S": "a"}]}),
        ({"a": {}}, {"M": {"a": {"M": {}}}}),
        (Decimal("1.5"), {"N": "1.5"}),
    ],
)
def test_each_kind_of_value_has_its_own_attribute(value: Any, attribute: Any) -> None:
    assert to_attribute(value) == attribute


@pytest.mark.parametrize("value", [1.5, float("nan"), b"x", {1}, object()])
def test_a_value_without_an_exact_form_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="a row cannot hold"):
        to_attribute({"deep": [value]})


def test_a_fraction_that_somebody_stored_is_read_and_not_rounded() -> None:
    assert from_attribute({"N": "1.5"}) == Decimal("1.5")
    assert from_attribute({"N": "2.0"}) == 2
    assert type(from_attribute({"N": "2.0"})) is int
