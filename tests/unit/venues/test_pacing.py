"""A host is asked no faster than agreed, and left alone for as long as it says."""

import pytest

from chalicelib.venues.pacing import Pace, TokenBucket, backoff, retry_after


def spend(bucket: TokenBucket, requests: int, now: float) -> list[float]:
    waits = []
    for _ in range(requests):
        waits.append(bucket.wait(now))
        bucket.take(now)
    return waits


def test_burst_goes_at_once_and_the_rest_queues_evenly() -> None:
    waits = spend(TokenBucket(Pace(per_second=2, burst=3)), 6, now=50.0)
    assert waits == pytest.approx([0, 0, 0, 0.5, 1.0, 1.5])


def test_allowance_comes_back_with_time_but_never_beyond_the_burst() -> None:
    bucket = TokenBucket(Pace(per_second=2, burst=3))
    spend(bucket, 3, now=0.0)
    assert bucket.wait(0.5) == 0
    assert spend(bucket, 4, now=1000.0) == pytest.approx([0, 0, 0, 0.5])


def test_clock_that_steps_back_gives_no_allowance() -> None:
    bucket = TokenBucket(Pace(per_second=1, burst=1))
    spend(bucket, 1, now=100.0)
    assert bucket.wait(90.0) == pytest.approx(1.0)


def test_hold_keeps_everything_back_until_its_end() -> None:
    bucket = TokenBucket(Pace(per_second=10, burst=10))
    bucket.hold(until=30.0)
    bucket.hold(until=20.0)
    assert bucket.wait(12.0) == 18.0
    assert bucket.wait(31.0) == 0.0


def test_backoff_doubles_and_is_spread() -> None:
    assert [backoff(attempt, 0.5) for attempt in (1, 2, 3)] == [0.25, 0.5, 1.0]
    assert backoff(1, 0.0) < backoff(1, 1.0)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "3"}, 3.0),
        ({"retry-after": " 0 "}, 0.0),
        ({"retry-after": "99999999999999"}, 900.0),
        (
            {
                "retry-after": "Mon, 14 Sep 2026 12:00:07 GMT",
                "date": "Mon, 14 Sep 2026 12:00:00 GMT",
            },
            7.0,
        ),
        (
            {
                "retry-after": "Mon, 14 Sep 2026 11:00:00 GMT",
                "date": "Mon, 14 Sep 2026 12:00:00 GMT",
            },
            0.0,
        ),
        ({"retry-after": "Mon, 14 Sep 2026 12:00:07 GMT"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "1.5"}, None),
        ({"retry-after": "\u0663"}, None),
        ({}, None),
    ],
)
def test_retry_after_reads_seconds_and_dates(headers: dict[str, str], seconds: float) -> None:
    assert retry_after(headers) == seconds
