"""Local times as instants: the stated rules against the time zone database."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.matching.stations import STATIONS
from chalicelib.matching.zones import CENTRAL, EASTERN, MOUNTAIN, PACIFIC, Zone, instants_of

ZONES = sorted(
    {EASTERN, CENTRAL, MOUNTAIN, PACIFIC, *(s.zone for s in STATIONS.values() if s.zone)},
    key=lambda zone: zone.name,
)
every_zone = pytest.mark.parametrize("zone", ZONES, ids=lambda zone: zone.name)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@every_zone
def test_zone_offset_is_that_of_the_database_at_every_half_hour_of_ten_years(zone: Zone) -> None:
    known = ZoneInfo(zone.name)
    for half_hours in range(0, 10 * 366 * 48, 7):  # a step that meets every half hour of the day
        moment = NOW + timedelta(minutes=30 * half_hours)
        assert zone.offset(moment) == moment.astimezone(known).utcoffset(), moment


@every_zone
def test_zone_midnight_is_that_of_the_database(zone: Zone) -> None:
    known = ZoneInfo(zone.name)
    for days in range(10 * 365):
        day = date(2026, 1, 1) + timedelta(days=days)
        assert zone.midnight(day) == datetime(day.year, day.month, day.day, tzinfo=known)


LOCAL = st.datetimes(datetime.fromisoformat("2008-01-01"), datetime.fromisoformat("2090-01-01"))


@given(moment=LOCAL, zone=st.sampled_from(ZONES))
def test_zone_instants_are_exactly_those_at_which_clocks_show_the_time(
    moment: datetime, zone: Zone
) -> None:
    found = zone.instants(moment)
    assert len(found) <= 2
    for instant in found:
        assert (instant + zone.offset(instant)).replace(tzinfo=None) == moment


@pytest.mark.parametrize(("local", "named", "count"), [
    ("2026-03-08T02:00", "et", 0),
    ("2026-03-08T02:59", "et", 0),
    ("2026-03-08T03:00", "et", 1),
    ("2026-11-01T00:59", "et", 1),
    ("2026-11-01T01:00", "et", 2),
    ("2026-11-01T01:59", "et", 2),
    ("2026-11-01T02:00", "et", 1),
    ("2026-11-01T01:30", "edt", 1),
    ("2026-11-01T01:30", "est", 1),
    ("2026-07-01T12:00", "est", 0),
    ("2026-01-01T12:00", "edt", 0),
    ("2006-01-01T12:00", "et", 0),
])  # fmt: skip
def test_zone_time_is_shown_once_twice_or_never(local: str, named: str, count: int) -> None:
    assert len(instants_of(datetime.fromisoformat(local), named)) == count


def test_zone_day_by_standard_time_begins_an_hour_later_by_the_clock_in_summer() -> None:
    summer, winter = date(2026, 7, 1), date(2026, 1, 1)
    assert EASTERN.midnight(summer, standard_time=True).hour == 5
    assert EASTERN.midnight(summer).hour == 4
    assert EASTERN.midnight(winter, standard_time=True) == EASTERN.midnight(winter)
