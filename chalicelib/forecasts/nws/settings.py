"""What the operator can choose about the weather service, from the environment."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

from chalicelib.venues.environment import read_settings


class NwsSettings(BaseModel):
    """How often to ask, and as whom. Each field is ``NWS_<FIELD>``, contact ``VENUE_CONTACT``."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    refresh_seconds: int = Field(
        600, ge=60, le=86_400, description="Seconds for which one answer is used"
    )
    budget_seconds: float = Field(
        20.0, ge=1, le=300, description="Longest time of one call, with retries"
    )
    contact: str = Field(
        min_length=3,
        max_length=120,
        pattern=r"^[!-'*-~]*$",
        description="E-mail or address, which api.weather.gov wants in every User-Agent",
    )

    @classmethod
    def from_env(cls, environment: Mapping[str, str]) -> "NwsSettings":
        """Read the settings; raise InputError naming the variable that cannot be used."""
        return read_settings(cls, "NWS_", environment)
