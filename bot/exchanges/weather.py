"""The National Weather Service and Open-Meteo: the basics of a forecast."""

from datetime import datetime
from typing import Any

from bot.exchanges.chance import unit, wander
from bot.exchanges.wire import Asked, Refused, Reply, Route, iso
from bot.exchanges.world import DAY, HOUR

NWS, METEO = "api.weather.gov", "api.open-meteo.com"
ENSEMBLE, PREVIOUS = "ensemble-api.open-meteo.com", "previous-runs-api.open-meteo.com"
MEMBERS = 50
_HEAT = "temperature_2m"


def _celsius(asked: Asked, at: float) -> float:
    season = wander(at, 90 * DAY, asked.world.seed, "season")
    return round(12 + 10 * season + 5 * wander(at, DAY / 2, asked.world.seed, "day"), 1)


def _fahrenheit(celsius: float) -> int:
    return round(celsius * 9 / 5 + 32)


def _feature(properties: dict[str, Any]) -> Reply:
    return Reply(
        {"@context": [], "type": "Feature", "geometry": None, "properties": properties},
        headers={"content-type": "application/geo+json"},
    )


def _points(asked: Asked) -> Reply:
    try:
        latitude, longitude = (float(part) for part in asked.named["point"].split(","))
    except ValueError:
        raise Refused(400, {"title": "Invalid Parameter", "status": 400}) from None
    if not (18 <= latitude <= 72 and -180 <= longitude <= -64):
        title = "Data Unavailable For Requested Point"
        raise Refused(404, {"title": title, "status": 404, "type": "InvalidPoint"})
    grid = f"https://{NWS}/gridpoints/SIM/{int(latitude)},{int(-longitude)}"
    return _feature(
        {
            "gridId": "SIM",
            "gridX": int(latitude),
            "gridY": int(-longitude),
            "forecast": f"{grid}/forecast",
            "forecastHourly": f"{grid}/forecast/hourly",
            "forecastGridData": grid,
            "observationStations": f"{grid}/stations",
            "timeZone": "America/New_York",
        }
    )


def _grid(asked: Asked) -> Reply:
    """The numbers behind the forecasts: layers of values, each for an interval."""
    first = asked.at - asked.at % HOUR
    hours = [(first + n * HOUR, "PT1H", _celsius(asked, first + n * HOUR)) for n in range(156)]
    days = [
        (day, [_celsius(asked, day + n * HOUR) for n in range(24)])
        for day in (first - first % DAY + n * DAY for n in range(1, 7))
    ]
    layers = {
        "temperature": hours,
        "maxTemperature": [(day, "PT13H", max(heat)) for day, heat in days],
        "minTemperature": [(day, "PT13H", min(heat)) for day, heat in days],
    }
    return _feature(
        {"updateTime": iso(first)[:-1] + "+00:00"}
        | {
            name: {
                "uom": "wmoUnit:degC",
                "values": [
                    {"validTime": f"{iso(start)[:-1]}+00:00/{length}", "value": value}
                    for start, length, value in layer
                ],
            }
            for name, layer in layers.items()
        }
    )


def _forecast(asked: Asked) -> Reply:
    return _periods(asked, DAY / 2, 14)


def _hourly(asked: Asked) -> Reply:
    return _periods(asked, HOUR, 156)


def _periods(asked: Asked, length: float, count: int) -> Reply:
    first = asked.at - asked.at % length
    periods = []
    for number in range(count):
        start = first + number * length
        periods.append(
            {
                "number": number + 1,
                "name": "",
                "startTime": iso(start)[:-1] + "+00:00",
                "endTime": iso(start + length)[:-1] + "+00:00",
                "isDaytime": (start % DAY) < DAY / 2,
                "temperature": _fahrenheit(_celsius(asked, start + length / 2)),
                "temperatureUnit": "F",
                "probabilityOfPrecipitation": {"unitCode": "wmoUnit:percent", "value": None},
                "windSpeed": "5 to 10 mph",
                "windDirection": "NW",
                "shortForecast": "Partly Cloudy",
            }
        )
    return _feature(
        {
            "units": "us",
            "generatedAt": iso(asked.at)[:-1] + "+00:00",
            "updateTime": iso(first)[:-1] + "+00:00",
            "periods": periods,
        }
    )


def _observation(asked: Asked, at: float) -> dict[str, Any]:
    value = None if int(at) % 7 == 0 else _celsius(asked, at)
    quality = "Z" if value is None else "V"
    station = f"https://{NWS}/stations/{asked.named['station']}"
    return {
        "station": station,
        "timestamp": iso(at)[:-1] + "+00:00",
        "temperature": {"unitCode": "wmoUnit:degC", "value": value, "qualityControl": quality},
    }


def _latest(asked: Asked) -> Reply:
    return _feature(_observation(asked, asked.at - asked.at % HOUR))


def _observations(asked: Asked) -> Reply:
    last = asked.at - asked.at % HOUR
    count = min(max(asked.request.number("limit", 24), 1), 500)
    features = [
        {"type": "Feature", "geometry": None, "properties": _observation(asked, last - n * HOUR)}
        for n in range(count)
    ]
    return Reply({"type": "FeatureCollection", "features": features})


def _hours(asked: Asked) -> list[float]:
    """The hours of the days asked for: by their dates, or around today."""
    request = asked.request
    if request.one("start_date"):
        dates = (request.one("start_date"), request.one("end_date"))
        try:
            first, last = (datetime.fromisoformat(f"{day}T00:00Z").timestamp() for day in dates)
        except ValueError:
            raise Refused(400, {"error": True, "reason": "Invalid date format"}) from None
        return [first + n * HOUR for n in range(24 * int(1 + max(last - first, 0) // DAY))]
    days = min(max(request.number("forecast_days", 7), 1), 16)
    first = asked.at - asked.at % DAY - request.number("past_days", 0) * DAY
    return [first + n * HOUR for n in range(24 * (days + request.number("past_days", 0)))]


def _ensemble(asked: Asked) -> Reply:
    """The same with every member of an ensemble, each off by something of its own."""
    content = _meteo(asked).content
    columns, units = content.get("hourly", {}), content.get("hourly_units", {})
    for number in range(1, MEMBERS + 1) if _HEAT in columns else ():
        off = round(4 * unit(asked.world.seed, "member", number) - 2, 1)
        name = f"{_HEAT}_member{number:02d}"
        columns[name] = [round(heat + off, 1) for heat in columns[_HEAT]]
        units[name] = units[_HEAT]
    return Reply(content)


def _meteo(asked: Asked) -> Reply:
    """Parallel lists in the unit asked for, in UTC."""
    request, fahrenheit = asked.request, asked.request.one("temperature_unit") == "fahrenheit"
    hours = _hours(asked)
    heat = [_celsius(asked, hour) for hour in hours]
    if fahrenheit:
        heat = [round(celsius * 9 / 5 + 32, 1) for celsius in heat]
    per_day = [heat[n : n + 24] for n in range(0, len(heat), 24)]
    series = {
        "hourly": {
            _HEAT: heat,
            "precipitation": [0.0] * len(heat),
            **{f"{_HEAT}_previous_day{days}": heat for days in range(1, 8)},
        },
        "daily": {
            "temperature_2m_max": [max(day) for day in per_day],
            "temperature_2m_min": [min(day) for day in per_day],
            "precipitation_sum": [0.0] * len(per_day),
        },
    }
    times = {
        "hourly": [iso(hour)[:16] for hour in hours],
        "daily": [iso(hour)[:10] for hour in hours[::24]],
    }
    content: dict[str, Any] = {
        "latitude": float(request.one("latitude", "0")),
        "longitude": float(request.one("longitude", "0")),
        "generationtime_ms": 0.5,
        "utc_offset_seconds": 0,
        "timezone": "GMT",
        "timezone_abbreviation": "GMT",
        "elevation": 10.0,
    }
    for kind, known in series.items():
        names = [name for name in request.one(kind).split(",") if name]
        unknown = [name for name in names if name not in known]
        if unknown:
            raise Refused(400, {"error": True, "reason": f"Data corrupted at path {unknown[0]}"})
        if names:
            degrees = "°F" if fahrenheit else "°C"
            content[f"{kind}_units"] = {"time": "iso8601", **dict.fromkeys(names, degrees)}
            content[kind] = {"time": times[kind], **{name: known[name] for name in names}}
    return Reply(content)


ROUTES = (
    Route("nws", NWS, "GET", "/points/{point}", _points),
    Route("nws", NWS, "GET", "/gridpoints/{office}/{grid}", _grid),
    Route("nws", NWS, "GET", "/gridpoints/{office}/{grid}/forecast", _forecast),
    Route("nws", NWS, "GET", "/gridpoints/{office}/{grid}/forecast/hourly", _hourly),
    Route("nws", NWS, "GET", "/stations/{station}/observations/latest", _latest),
    Route("nws", NWS, "GET", "/stations/{station}/observations", _observations),
    Route("open-meteo", METEO, "GET", "/v1/forecast", _meteo),
    Route("open-meteo", PREVIOUS, "GET", "/v1/forecast", _meteo),
    Route("open-meteo", ENSEMBLE, "GET", "/v1/ensemble", _ensemble),
)
