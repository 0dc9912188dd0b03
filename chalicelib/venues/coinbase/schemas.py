"""Coinbase's answers as they come over the wire: names, types and ranges, nothing more.

There are two interfaces to the same books: the Exchange, and Advanced Trade with names of its own.
Numbers are strings, except in the Exchange's candles. Source: docs.cdp.coinbase.com and recorded
answers, 2024 to 2026.
"""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from chalicelib.venues.payload import Amount, BlankIsNone, Flag, Instant, Moment, WireModel
from chalicelib.venues.stamps import Seconds

_MOST_PRODUCTS = 20_000
MOST_WIRE_LEVELS = 500_000

ProductId = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,16}-[A-Z0-9]{1,16}$")]
CurrencyName = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,16}$")]
Stated = Annotated[Amount | None, BlankIsNone]
"""A number, or nothing where the venue leaves the text empty."""


class ProductStatus(StrEnum):
    """Where a product is in its life; orders are taken online alone."""

    ONLINE = "online"
    OFFLINE = "offline"
    INTERNAL = "internal"
    DELISTED = "delisted"


class ProductFlags(WireModel):
    """What both interfaces say of whether a product takes all kinds of orders.

    One that only cancels, only rests, takes no order at the market, or holds an auction is not
    open: a simulated fill on its book would be one that nobody could have had.
    """

    trading_disabled: Flag = False
    cancel_only: Flag = False
    post_only: Flag = False
    limit_only: Flag = False
    auction_mode: Flag = False
    is_disabled: Flag = False
    view_only: Flag = False

    @property
    def restricted(self) -> bool:
        """Whether any kind of order is not taken."""
        return any(getattr(self, name) for name in ProductFlags.model_fields)


class ExchangeProduct(ProductFlags):
    """A product of the Exchange. ``base_min_size`` and ``min_market_funds`` depend on its age."""

    id: ProductId
    base_currency: CurrencyName
    quote_currency: CurrencyName
    quote_increment: Amount
    base_increment: Stated = None
    base_min_size: Stated = None
    min_market_funds: Stated = None
    status: ProductStatus


class AdvancedProduct(ProductFlags):
    """A product of Advanced Trade; ``price_increment`` is newer than ``quote_increment``."""

    product_id: ProductId
    base_currency_id: CurrencyName
    quote_currency_id: CurrencyName
    price_increment: Stated = None
    quote_increment: Amount
    base_increment: Amount
    base_min_size: Stated = None
    quote_min_size: Stated = None
    approximate_quote_24h_volume: Stated = None
    status: Annotated[ProductStatus | None, BlankIsNone] = None
    product_type: str = "SPOT"


class AdvancedProducts(WireModel):
    """The products of Advanced Trade; they are read one by one, so that one cannot spoil all."""

    products: tuple[object, ...] = Field(max_length=_MOST_PRODUCTS)


class ExchangeTicker(WireModel):
    """Top of book without sizes, the last price, and units traded in 24 hours."""

    bid: Stated = None
    ask: Stated = None
    price: Stated = None
    volume: Stated = None
    time: Moment


class ExchangeBook(WireModel):
    """An order book of the Exchange, best level first; sizes are sums over orders."""

    bids: tuple[object, ...] = Field(max_length=MOST_WIRE_LEVELS)
    asks: tuple[object, ...] = Field(max_length=MOST_WIRE_LEVELS)
    auction_mode: Flag | None = None
    time: Instant = None


class AdvancedBook(WireModel):
    """An order book of Advanced Trade, best level first."""

    product_id: ProductId
    bids: tuple[object, ...] = Field(max_length=MOST_WIRE_LEVELS)
    asks: tuple[object, ...] = Field(max_length=MOST_WIRE_LEVELS)
    time: Instant = None


class AdvancedBookAnswer(WireModel):
    """Where Advanced Trade puts a book."""

    pricebook: AdvancedBook


class MakerSide(StrEnum):
    """The side of the order that rested."""

    BUY = "buy"
    SELL = "sell"


class ExchangeTrade(WireModel):
    """A trade of the Exchange; ``side`` is that of the order that rested."""

    trade_id: Annotated[int, Field(ge=0, strict=True)]
    price: Amount
    size: Amount
    time: Moment
    side: MakerSide


class AdvancedTrade(WireModel):
    """A trade of Advanced Trade. Whose ``side`` it names is not documented, so it is not read."""

    trade_id: Annotated[str, Field(pattern=r"^[0-9]{1,30}$")]
    price: Amount
    size: Amount
    time: Moment


class AdvancedTrades(WireModel):
    """Newest trades first."""

    trades: tuple[object, ...] = Field(max_length=5_000)


class AdvancedCandle(WireModel):
    """A bar of Advanced Trade, named by its start."""

    start: Seconds
    low: Amount
    high: Amount
    open: Amount
    close: Amount
    volume: Amount = Decimal(0)


class AdvancedCandles(WireModel):
    """Newest bars first."""

    candles: tuple[object, ...] = Field(max_length=5_000)
