"""Binance's answers as they come over the wire: names, types and ranges, nothing more.

Numbers are strings, times are milliseconds. Source: developers.binance.com (spot REST API and
filters) and recorded answers, 2017 to 2026.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import AliasChoices, Field
from pydantic.alias_generators import to_camel

from chalicelib.venues.payload import Amount, Flag, WireModel
from chalicelib.venues.stamps import Milliseconds

_MOST_SYMBOLS = 20_000
_MOST_LEVELS = 5_000

Places = Annotated[int, Field(ge=0, le=18, strict=True)]
Name = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,20}$")]


class SymbolStatus(StrEnum):
    """Where a symbol is in its life; orders are matched in TRADING alone."""

    PRE_TRADING = "PRE_TRADING"
    TRADING = "TRADING"
    POST_TRADING = "POST_TRADING"
    END_OF_DAY = "END_OF_DAY"
    HALT = "HALT"
    AUCTION_MATCH = "AUCTION_MATCH"
    BREAK = "BREAK"


class BinanceModel(WireModel):
    """Base of the answers, which name fields in camelCase."""

    model_config = WireModel.model_config | {"alias_generator": to_camel}


class ExchangeInfo(BinanceModel):
    """The rules of some symbols; they are read one by one, so that one cannot spoil all."""

    symbols: tuple[object, ...] = Field(max_length=_MOST_SYMBOLS)


class SymbolInfo(BinanceModel):
    """One symbol; its filters are picked by their names, because there are ever new kinds."""

    symbol: Name
    status: SymbolStatus
    base_asset: Name
    quote_asset: Name
    base_asset_precision: Places | None = None
    quote_precision: Places | None = None
    is_spot_trading_allowed: Flag = True
    filters: tuple[object, ...] = Field((), max_length=100)


class PriceFilter(BinanceModel):
    """Rules on prices; a step of 0 is no rule."""

    tick_size: Amount


class LotSize(BinanceModel):
    """Rules on sizes; 0 is no rule."""

    min_qty: Amount
    step_size: Amount


class LeastNotional(BinanceModel):
    """What an order must be worth: the filter NOTIONAL, which used to be MIN_NOTIONAL."""

    min_notional: Amount


class BookTicker(BinanceModel):
    """Top of book of a symbol; an empty side has price and size 0."""

    symbol: Name
    bid_price: Amount
    bid_qty: Amount
    ask_price: Amount
    ask_qty: Amount


class DayTicker(BinanceModel):
    """What a symbol traded in 24 hours, in its quote currency."""

    symbol: Name
    quote_volume: Amount


class DepthBook(BinanceModel):
    """An order book, best level first on both sides. It does not say when it was."""

    last_update_id: Annotated[int, Field(ge=0, strict=True)]
    bids: tuple[object, ...] = Field(max_length=_MOST_LEVELS)
    asks: tuple[object, ...] = Field(max_length=_MOST_LEVELS)


class WireTrade(WireModel):
    """A trade, or several at one price of one order: the latter have names of one letter."""

    number: Annotated[int, Field(ge=0, strict=True)] = Field(
        validation_alias=AliasChoices("id", "a")
    )
    price: Amount = Field(validation_alias=AliasChoices("price", "p"))
    size: Amount = Field(validation_alias=AliasChoices("qty", "q"))
    time: Milliseconds = Field(validation_alias=AliasChoices("time", "T"))
    buyer_is_maker: Flag = Field(validation_alias=AliasChoices("isBuyerMaker", "m"))


class ErrorBody(WireModel):
    """What the venue says instead of an answer; code 0 comes with a refusal of our region."""

    code: Annotated[int, Field(le=0, strict=True)]
    msg: str
