"""What the operator can choose about Open-Meteo, from the environment."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.venues.environment import read_settings


class OpenMeteoSettings(BaseModel):
    """Which models to ask, and how often.

    Each field is read from ``OPENMETEO_<FIELD>``, and ``contact`` from ``VENUE_CONTACT``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

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
    budget_seconds: float = Field(
        20.0, ge=1, le=300, description="Longest time of one call, with retries"
    )
    contact: str = Field(
        "",
        max_length=120,
        pattern=r"^[!-'*-~]*$",
        description="E-mail or address sent to the source in the User-Agent",
    )

    @classmethod
    def from_env(cls, environment: Mapping[str, str]) -> "OpenMeteoSettings":
        """Read the settings; raise InputError naming the variable that cannot be used."""
        return read_settings(cls, "OPENMETEO_", environment)
