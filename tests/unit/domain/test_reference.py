"""An index price is a number above nothing, or it is refused."""

from decimal import Decimal

import pytest

from chalicelib.domain.reference import ReferencePrice
from tests.builders import NOW


def index(price: str = "7", volume: str | None = "9") -> ReferencePrice:
    traded = None if volume is None else Decimal(volume)
    return ReferencePrice("index:coin", "COIN", "USD", Decimal(price), traded, NOW, NOW)


@pytest.mark.parametrize("price", ["0", "-0.0", "-1", "NaN", "Infinity"])
def test_reference_price_that_is_not_above_zero_is_refused(price: str) -> None:
    with pytest.raises(ValueError, match="price of index:coin"):
        index(price)


@pytest.mark.parametrize("volume", ["-1", "NaN", "Infinity"])
def test_reference_volume_that_cannot_be_is_refused(volume: str) -> None:
    with pytest.raises(ValueError, match="volume of index:coin"):
        index(volume=volume)


@pytest.mark.parametrize("volume", [None, "0"])
def test_reference_volume_may_be_unknown_or_nothing(volume: str | None) -> None:
    assert index(volume=volume).price == 7
