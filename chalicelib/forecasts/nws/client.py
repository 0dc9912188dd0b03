"""The weather service's client: asks, and leaves all judgement to the parsers."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from chalicelib.domain.errors import VenueError
from chalicelib.domain.forecast import Forecast, Measurement, Outlook, WeatherStation
from chalicelib.domain.quarantine import UNANSWERED, Quarantined
from chalicelib.forecasts.kept import KeptOutlooks
from chalicelib.forecasts.nws.parse import (
    SOURCE,
    Seeing,
    read_grid,
    read_observations,
    read_periods,
    read_point,
    read_stations,
)
from chalicelib.forecasts.nws.schemas import NwsPoint
from chalicelib.forecasts.nws.settings import NwsSettings
from chalicelib.ports import Clock
from chalicelib.venues.clock import VenueClock
from chalicelib.venues.pacing import Pace
from chalicelib.venues.rejection import Sifted
from chalicelib.venues.transport import NotThere, Transport

HOST = "api.weather.gov"
PACES = {HOST: Pace(per_second=1, burst=5)}
"""The service does not tell its limit; it says that it is generous for normal use."""

MEASURED_SPAN = timedelta(hours=30)
"""Reports of a whole climate day, from its first hour on until its last."""
MOST_REPORTS = 500
"""The most that the service gives; some stations report every five minutes."""


def open_source(settings: Mapping[str, str]) -> "Nws":
    """Make the client from the environment's settings; raise InputError for an unusable one."""
    chosen = NwsSettings.from_env(settings)
    return Nws(Transport(SOURCE, PACES, chosen.contact), chosen, VenueClock())


class Nws:
    """Forecasts and reports of stations in the United States; others are VenueUnavailable.

    What squares of the grid the stations lie in is asked once in the client's life.
    """

    name = SOURCE
    attribution = "National Weather Service (weather.gov), public domain"

    def __init__(self, transport: Transport, settings: NwsSettings, clock: Clock) -> None:
        self._transport = transport
        self._settings = settings
        self._clock = clock
        self._points: dict[str, NwsPoint] = {}
        self._outlooks = KeptOutlooks(settings.refresh_seconds)

    async def outlook(self, station: WeatherStation, at: datetime) -> Outlook:
        """Temperatures hour by hour, maxima and minima, for a week; and the last day's reports.

        Missing reports do not hide the forecasts: they are quarantined as unanswered. What is said
        twice is there once.
        """
        now = self._transport.seconds()
        return await self._outlooks.get(station.icao, now, lambda: self._ask(station))

    async def stations_near(self, station: WeatherStation) -> Sequence[str]:
        """Stations that report near a place, nearest first."""
        deadline = self._deadline()
        path = f"{_square(await self._point(station, deadline))}/stations"
        return read_stations(await self._get(path, deadline)).kept

    async def _ask(self, station: WeatherStation) -> Outlook:
        deadline = self._deadline()
        forecasts = await self._forecasts(station, deadline)
        reports = await self._reports(station, deadline)
        ordered = sorted(dict.fromkeys(forecasts.kept), key=lambda f: (f.valid_from, f.valid_to))
        quarantined = (*forecasts.quarantined, *reports.quarantined)
        measured = tuple(dict.fromkeys(reports.kept))
        return Outlook(station, tuple(ordered), measured, quarantined)

    async def _forecasts(self, station: WeatherStation, deadline: float) -> Sifted[Forecast]:
        square = _square(await self._point(station, deadline))
        try:
            return read_grid(await self._get(square, deadline), self._seeing(station))
        except NotThere:
            # Offices redraw their grids every few years, and then the old squares are gone.
            del self._points[station.icao]
            raise
        except VenueError as exc:
            # The grid fails more often than the forecasts that are written from it.
            fault = Quarantined(SOURCE, "grid", UNANSWERED, str(exc))
            hours = await self._get(f"{square}/forecast/hourly", deadline)
            periods = await self._get(f"{square}/forecast", deadline)
            hourly = read_periods(hours, self._seeing(station), hourly=True)
            daily = read_periods(periods, self._seeing(station), hourly=False)
            refusals = (fault, *hourly.quarantined, *daily.quarantined)
            return Sifted((*hourly.kept, *daily.kept), refusals)

    async def _reports(self, station: WeatherStation, deadline: float) -> Sifted[Measurement]:
        since = self._clock.now() - MEASURED_SPAN
        query = (("start", f"{since:%Y-%m-%dT%H:%M:%SZ}"), ("limit", str(MOST_REPORTS)))
        url = f"https://{HOST}/stations/{station.icao}/observations"
        try:
            answer = await self._transport.get(url, query, deadline=deadline)
            return read_observations(answer, self._seeing(station))
        except VenueError as exc:
            return Sifted((), (Quarantined(SOURCE, "observations", UNANSWERED, str(exc)),))

    async def _point(self, station: WeatherStation, deadline: float) -> NwsPoint:
        if station.icao not in self._points:
            place = f"{_degrees(station.latitude)},{_degrees(station.longitude)}"
            answer = await self._get(f"/points/{place}", deadline)
            self._points[station.icao] = read_point(answer)
        return self._points[station.icao]

    async def _get(self, path: str, deadline: float) -> object:
        return await self._transport.get(f"https://{HOST}{path}", deadline=deadline)

    def _seeing(self, station: WeatherStation) -> Seeing:
        return Seeing(station.icao, self._clock.now())

    def _deadline(self) -> float:
        return self._transport.until(self._settings.budget_seconds)


def _square(point: NwsPoint) -> str:
    return f"/gridpoints/{point.grid_id}/{point.grid_x},{point.grid_y}"


def _degrees(value: Decimal) -> str:
    """Four places and no zeros at the end: the service redirects any other way of writing it."""
    return f"{value:.4f}".rstrip("0").rstrip(".")
