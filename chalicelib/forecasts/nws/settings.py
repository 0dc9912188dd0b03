"""What the operator can choose about the weather service, from the environment."""

from typing import ClassVar

from pydantic import Field

from chalicelib.venues.environment import SourceSettings


class NwsSettings(SourceSettings):
    """How often to ask, and as whom."""

    prefix: ClassVar[str] = "NWS"

    refresh_seconds: int = Field(
        600, ge=60, le=86_400, description="Seconds for which one answer is used"
    )
    contact: str = Field(
        min_length=3,
        max_length=120,
        pattern=r"^[!-'*-~]*$",
        description="E-mail or address, which api.weather.gov wants in every User-Agent",
    )
