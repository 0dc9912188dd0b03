"""What the operator can choose about Open-Meteo, from the environment."""

from typing import ClassVar

from pydantic import Field

from chalicelib.venues.environment import SourceSettings


class OpenMeteoSettings(SourceSettings):
    """Which models to ask, and how often."""

    prefix: ClassVar[str] = "OPENMETEO"

    ensemble: str = Field(
        "ecmwf_ifs025", pattern=r"^[a-z0-9_]{1,60}$", description="One ensemble model"
    )
    model: str = Field(
        "best_match", pattern=r"^[a-z0-9_]{1,60}$", description="One model for past forecasts"
    )
    days: int = Field(8, ge=1, le=16, description="Days ahead")
    refresh_seconds: int = Field(
        3600, ge=60, le=86_400, description="Seconds for which one answer is used"
    )
