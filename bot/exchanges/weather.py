"""The National Weather Service and Open-Meteo: the basics of a forecast."""

from typing import Any

from bot.exchanges.chance import wander
from bot.exchanges.wire import Asked, Refused, Reply, Route, iso
from bot.exchanges.world import DAY, HOUR

NWS, METEO = "api.weather.gov", "api.open-meteo.com"


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


def _meteo(asked: Asked) -> Reply:
    """Parallel lists in the unit asked for, in UTC."""
    request, fahrenheit = asked.request, asked.request.one("temperature_unit") == "fahrenheit"
    days = min(max(request.number("forecast_days", 7), 1), 16)
    first = asked.at - asked.at % DAY - request.number("past_days", 0) * DAY
    hours = [first + n * HOUR for n in range(24 * (days + request.number("past_days", 0)))]
    heat = [_celsius(asked, hour) for hour in hours]
    if fahrenheit:
        heat = [round(celsius * 9 / 5 + 32, 1) for celsius in heat]
    per_day = [heat[n : n + 24] for n in range(0, len(heat), 24)]
    series = {
        "hourly": {"temperature_2m": heat, "precipitation": [0.0] * len(heat)},
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
            unit = "°F" if fahrenheit else "°C"
            content[f"{kind}_units"] = {"time": "iso8601", **dict.fromkeys(names, unit)}
            content[kind] = {"time": times[kind], **{name: known[name] for name in names}}
    return Reply(content)


ROUTES = (
    Route("nws", NWS, "GET", "/points/{point}", _points),
    Route("nws", NWS, "GET", "/gridpoints/{office}/{grid}/forecast", _forecast),
    Route("nws", NWS, "GET", "/gridpoints/{office}/{grid}/forecast/hourly", _hourly),
    Route("nws", NWS, "GET", "/stations/{station}/observations/latest", _latest),
    Route("nws", NWS, "GET", "/stations/{station}/observations", _observations),
    Route("open-meteo", METEO, "GET", "/v1/forecast", _meteo),
)
