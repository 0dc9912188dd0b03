"""The environment, read once into one frozen model, and never at import."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, field_validator

from chalicelib.domain.errors import InputError
from chalicelib.domain.simulated_clock import SimulatedClock

GATEWAY_VARIABLE = "VENUE_GATEWAY"
CLOCK_VARIABLE = "MARKET_CLOCK"
NAMES = {
    "STAGE": "stage",
    "TABLE_NAME": "table",
    "ARCHIVE_BUCKET": "bucket",
    "VENUES": "venues",
    "FORECASTS": "forecasts",
    "NEWS_FEEDS": "news_feeds",
    "REPLAY_ANCHOR": "replay_anchor",
    GATEWAY_VARIABLE: "venue_gateway",
    CLOCK_VARIABLE: "market_clock",
    "LEASE_SECONDS": "lease_seconds",
    "METRICS_NAMESPACE": "metrics_namespace",
    "LOG_LEVEL": "log_level",
}
_GATEWAY = re.compile(r"http://(127\.0\.0\.1|\[::1\]):[1-9][0-9]{0,4}", re.ASCII)


def loopback_gateway(address: str) -> str:
    """The address, when it is empty or on this machine; otherwise raise InputError."""
    if address and not _GATEWAY.fullmatch(address):
        raise InputError(
            f"{GATEWAY_VARIABLE} is {address[:100]!r}, which is not a port of this machine",
            "It is for simulated venues only: http://127.0.0.1:PORT, or leave it unset.",
        )
    return address


def simulated_clock(environment: Mapping[str, str]) -> SimulatedClock | None:
    """The clock of simulated venues; None where the market keeps the wall clock's time.

    Raises InputError for a clock that cannot be read, and for one of venues that are not simulated.
    """
    text = environment.get(CLOCK_VARIABLE, "")
    if not text:
        return None
    if not loopback_gateway(environment.get(GATEWAY_VARIABLE, "")):
        raise InputError(
            f"{CLOCK_VARIABLE} is {text[:100]!r}, and {GATEWAY_VARIABLE} is not set",
            "Live venues keep real time, and the tape a clock of its own: leave it unset.",
        )
    try:
        return SimulatedClock.parse(text)
    except ValueError as exc:
        raise InputError(
            f"{CLOCK_VARIABLE}: {exc}", "It is written by bot up and bot exchanges up."
        ) from exc


class Settings(BaseModel):
    """What a function needs to know of where it runs.

    ``replay_anchor`` is the wall-clock instant that stands for the start of the recorded tape.
    ``forecasts`` are the sources of weather forecasts, the one to be asked first before the others.
    ``news_feeds`` are addresses of RSS and Atom feeds.
    ``venue_gateway`` is where simulated venues answer in place of the real ones, and
    ``market_clock`` the clock that they keep, where it is not the wall clock.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: str = Field(pattern=r"^[a-z][a-z0-9-]{0,19}$")
    table: str = Field(min_length=3, max_length=255)
    bucket: str = Field(min_length=3, max_length=63)
    venues: tuple[str, ...] = Field(("polymarket",), min_length=1)
    forecasts: tuple[str, ...] = ()
    news_feeds: tuple[str, ...] = Field((), max_length=10)
    replay_anchor: AwareDatetime | None = None
    venue_gateway: str = ""
    market_clock: SimulatedClock | None = None
    lease_seconds: int = Field(55, ge=1, le=600)
    metrics_namespace: str = "MarketStrategyTester"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("venues", "forecasts", "news_feeds", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return (
            tuple(v.strip() for v in value.split(",") if v.strip())
            if isinstance(value, str)
            else value
        )

    @field_validator("venues")
    @classmethod
    def _one_clock(cls, venues: tuple[str, ...]) -> tuple[str, ...]:
        if "recorded" in venues and venues != ("recorded",):
            raise ValueError("the recorded venue has a clock of its own and cannot be mixed")
        return venues

    @classmethod
    def from_env(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the known variables; InputError names the one that is missing or wrong."""
        loopback_gateway(environment.get(GATEWAY_VARIABLE, ""))
        given: dict[str, object] = {
            field: environment[name] for name, field in NAMES.items() if environment.get(name)
        }
        given["market_clock"] = simulated_clock(environment)
        try:
            read = cls.model_validate(given)
        except ValidationError as exc:
            first = exc.errors()[0]
            field = str(first["loc"][0])
            name = next(key for key, value in NAMES.items() if value == field)
            raise InputError(
                f"environment variable {name}: {first['msg'].lower()}",
                "It is set by the deployment: see .chalice/config.json.",
            ) from exc
        if read.is_replay and read.market_clock is not None:
            raise InputError(
                f"{CLOCK_VARIABLE} is set, and the recorded venue has a clock of its own",
                "Leave it unset, or set VENUES to venues that are simulated.",
            )
        return read

    @property
    def is_replay(self) -> bool:
        """Whether the market is the recorded tape, on a clock of its own."""
        return self.venues == ("recorded",)

    @property
    def keeps_real_time(self) -> bool:
        """Whether the market's clock is the wall clock."""
        return not self.is_replay and self.market_clock is None

    @property
    def lineage(self) -> Literal["live", "recorded", "simulated"]:
        """Where market data comes from; what a gateway answers is never called live."""
        if self.is_replay:
            return "recorded"
        return "simulated" if self.venue_gateway else "live"

    def market_time(self, wall: datetime, tape_start: datetime) -> datetime:
        """The market's time at a wall-clock instant: the same, but for a replay or a simulation."""
        if self.market_clock is not None:
            return self.market_clock.at(wall)
        if not self.is_replay or self.replay_anchor is None:
            return wall
        return tape_start + (wall - self.replay_anchor)
