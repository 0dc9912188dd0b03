"""The Open-Meteo client: asks, and leaves all judgement to the parsers."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from chalicelib.domain.errors import VenueUnavailable
from chalicelib.domain.forecast import Measurement, Outlook, WeatherStation
from chalicelib.forecasts.kept import KeptOutlooks
from chalicelib.forecasts.openmeteo.parse import (
    SOURCE,
    TEMPERATURE,
    Columns,
    read_columns,
    read_forecasts,
    read_reanalysis,
)
from chalicelib.forecasts.openmeteo.settings import OpenMeteoSettings
from chalicelib.ports import Clock
from chalicelib.venues.clock import VenueClock
from chalicelib.venues.pacing import Pace
from chalicelib.venues.transport import Query, Transport

ENSEMBLE = "ensemble-api.open-meteo.com"
FORECAST = "api.open-meteo.com"
PREVIOUS_RUNS = "previous-runs-api.open-meteo.com"
STITCHED = "historical-forecast-api.open-meteo.com"
ARCHIVE = "archive-api.open-meteo.com"
PACES = {
    ENSEMBLE: Pace(per_second=0.2, burst=20, limit=600),
    **{
        h: Pace(per_second=0.015, burst=10, limit=600)
        for h in (FORECAST, PREVIOUS_RUNS, STITCHED, ARCHIVE)
    },
}
"""All hosts together a fifth of the 5,000 an hour and of the 600 a minute that are documented."""

MOST_LEAD_DAYS = 7


def open_source(settings: Mapping[str, str]) -> "OpenMeteo":
    """Make the client from the environment's settings; raise InputError for an unusable one."""
    chosen = OpenMeteoSettings.from_env(settings)
    return OpenMeteo(Transport(SOURCE, PACES, chosen.contact), chosen, VenueClock())


class OpenMeteo:
    """Forecasts of weather models at the coordinates of a station, in degrees Fahrenheit.

    Free for use that is not commercial. All times are asked for in UTC, where no clock changes.
    """

    name = SOURCE
    attribution = "Weather data by Open-Meteo.com (CC BY 4.0)"

    def __init__(self, transport: Transport, settings: OpenMeteoSettings, clock: Clock) -> None:
        self._transport = transport
        self._settings = settings
        self._clock = clock
        self._outlooks = KeptOutlooks(settings.refresh_seconds)

    async def outlook(self, station: WeatherStation, at: datetime) -> Outlook:
        """Temperatures hour by hour, with every member of the ensemble."""
        now = self._transport.seconds()
        return await self._outlooks.get(station.icao, now, lambda: self._ensemble(station))

    async def best_guess(self, station: WeatherStation) -> Outlook:
        """Temperatures hour by hour from the best model for the place, without an ensemble."""
        query = (("forecast_days", str(self._settings.days)),)
        columns = await self._columns(FORECAST, "/v1/forecast", station, TEMPERATURE, query)
        return self._outlook(station, columns, None)

    async def past_outlook(
        self, station: WeatherStation, first: date, last: date, lead_days: int
    ) -> Outlook:
        """What was forecast for past days, ``lead_days`` (0 to 7) before each hour.

        With 0 it is the beginnings of all runs put together: close to the truth and, by its
        ``known_at``, known only after each hour. Each forecast's ``known_at`` has to be respected
        or a test looks ahead.
        """
        if not 0 <= lead_days <= MOST_LEAD_DAYS:
            raise VenueUnavailable(
                f"{SOURCE} keeps no forecasts made {lead_days} days before",
                f"Ask for 0 to {MOST_LEAD_DAYS} days.",
            )
        host = PREVIOUS_RUNS if lead_days else STITCHED
        variable = f"{TEMPERATURE}_previous_day{lead_days}" if lead_days else TEMPERATURE
        query = (*_days(first, last), ("models", self._settings.model))
        columns = await self._columns(host, "/v1/forecast", station, variable, query)
        return self._outlook(station, columns, timedelta(days=lead_days))

    async def reanalysis(
        self, station: WeatherStation, first: date, last: date
    ) -> Sequence[Measurement]:
        """The past as computed from all measurements, known only days afterwards.

        WARNING: this is the truth. A strategy that is tested on it looks ahead and will seem to
        win. Use it to measure how good forecasts were, never as one.
        """
        query = _days(first, last)
        columns = await self._columns(ARCHIVE, "/v1/archive", station, TEMPERATURE, query)
        path = f"{SOURCE} archive"
        return read_reanalysis(columns, station.icao, path, self._clock.now()).kept

    async def _ensemble(self, station: WeatherStation) -> Outlook:
        chosen = self._settings
        query = (("forecast_days", str(chosen.days)), ("models", chosen.ensemble))
        columns = await self._columns(ENSEMBLE, "/v1/ensemble", station, TEMPERATURE, query)
        return self._outlook(station, columns, None)

    def _outlook(
        self, station: WeatherStation, columns: Columns, lead: timedelta | None
    ) -> Outlook:
        path = f"{SOURCE} {station.icao}"
        read = read_forecasts(columns, station.icao, path, self._clock.now(), lead)
        ordered = sorted(dict.fromkeys(read.kept), key=lambda f: f.valid_from)
        return Outlook(station, tuple(ordered), (), read.quarantined)

    async def _columns(
        self, host: str, path: str, station: WeatherStation, variable: str, more: Query
    ) -> Columns:
        query = (
            ("latitude", str(station.latitude)),
            ("longitude", str(station.longitude)),
            ("hourly", variable),
            ("temperature_unit", "fahrenheit"),
            ("timezone", "GMT"),
            *more,
        )
        deadline = self._transport.until(self._settings.budget_seconds)
        answer = await self._transport.get(f"https://{host}{path}", query, deadline=deadline)
        return read_columns(answer, variable, f"{SOURCE} {station.icao}")


def _days(first: date, last: date) -> Query:
    return (("start_date", first.isoformat()), ("end_date", last.isoformat()))
