"""Open-Meteo: forecasts of many models for any place, with ensembles and an archive of them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalicelib.ports import Forecasts


def build(settings: Mapping[str, str]) -> "Forecasts":
    """Make the client; imports are late, so that naming this package loads no HTTP library.

    Raises InputError for an unusable setting. Opens no connection.
    """
    from chalicelib.forecasts.openmeteo.client import open_source  # noqa: PLC0415

    return open_source(settings)
