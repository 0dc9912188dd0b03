"""The local clock: every minute once, in order, never two at a time."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from bot.cloud.metronome import OUTDATED, Metronome, Ticker, event, sender
from chalicelib.domain.simulated_clock import SimulatedClock

START = datetime(2026, 9, 28, 8, 46, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


class World:
    """A wall clock that a cycle and a wait move on, and what was sent when."""

    def __init__(self, cycle_seconds: list[float], refuse: set[int] | None = None) -> None:
        self.now = 100.0
        self.cycles = cycle_seconds
        self.refuse = refuse or set()
        self.sent: list[tuple[float, datetime]] = []

    def send(self, at: datetime) -> bool:
        number = len(self.sent)
        self.sent.append((self.now - 100, at))
        self.now += self.cycles[min(number, len(self.cycles) - 1)]
        return number not in self.refuse

    def wait(self, seconds: float) -> bool:
        self.now += seconds
        return False

    def run(self, minutes: int) -> None:
        beat = Metronome(START, 2.0, START + minutes * MINUTE)
        beat.run(self.send, self.wait, lambda: self.now)


def test_one_tape_minute_goes_out_every_two_seconds() -> None:
    world = World([0.1])
    world.run(3)
    assert world.sent == [(0, START), (2, START + MINUTE), (4, START + 2 * MINUTE)]


def test_slow_cycle_skips_beats_but_no_tape_minute() -> None:
    world = World([5.0, 0.1])
    world.run(3)
    assert [round(at, 6) for at, _ in world.sent] == [0, 6, 8]
    assert [minute for _, minute in world.sent] == [START + n * MINUTE for n in range(3)]


def test_minute_that_was_not_taken_is_sent_again() -> None:
    world = World([0.1], refuse={1})
    world.run(3)
    assert [minute for _, minute in world.sent] == [
        START, START + MINUTE, START + MINUTE, START + 2 * MINUTE,
    ]  # fmt: skip


def test_metronome_stops_when_told_to() -> None:
    world = World([0.1])
    Metronome(START, 2.0).run(world.send, lambda seconds: True, lambda: world.now)
    assert len(world.sent) == 1


def test_event_has_the_shape_of_eventbridge_and_both_times() -> None:
    sent = event(START, datetime(2026, 11, 22, tzinfo=UTC))
    assert sent["detail-type"] == "Scheduled Event"
    assert sent["source"] == "bot.metronome"
    assert sent["time"] == "2026-09-28T08:46:00Z"
    assert sent["detail"] == {"sent_at": "2026-11-22T00:00:00Z"}


# --- simulated venues, whose clock goes on by itself -----------------------------------------

CLOCK = SimulatedClock(START, 30)


class Market:
    """The wall clock beside a market's; cycles, waits and jumps move it on."""

    def __init__(self, *cycles: float, jumps: dict[int, float] | None = None) -> None:
        self.wall = START
        self.cycles = list(cycles)
        self.jumps = jumps or {}
        self.sent: list[tuple[float, datetime]] = []

    def move(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)

    def send(self, at: datetime) -> bool:
        assert at <= CLOCK.at(self.wall), "before its time"
        self.sent.append(((self.wall - START).total_seconds(), at))
        self.move(self.cycles.pop(0) + self.jumps.get(len(self.sent), 0.0))
        return True

    def wait(self, seconds: float) -> bool:
        self.move(seconds)
        return not self.cycles

    def run(self) -> list[tuple[float, int]]:
        """Seconds of the wall and minutes of the market of each event."""
        Ticker(CLOCK).run(self.send, self.wait, lambda: self.wall)
        return [(round(wall, 3), (at - START) // MINUTE) for wall, at in self.sent]


def test_minute_of_a_simulated_market_goes_out_when_its_clock_reaches_it() -> None:
    assert Market(0.1, 1.9, 0.1).run() == [(0, 0), (2, 1), (4, 2)]


def test_cycle_that_outlasts_its_minute_loses_the_minutes_that_pass() -> None:
    assert Market(0.1, 5.0, 0.1, 0.1).run() == [(0, 0), (2, 1), (8, 4), (10, 5)]


def test_wall_clock_that_is_set_back_sends_no_minute_twice() -> None:
    sent = Market(0.1, 0.1, 0.1, jumps={1: -60.0}).run()
    assert [minute for _, minute in sent] == [0, 1, 2]
    assert [wall for wall, _ in sent[1:]] == [2, 4]


def test_market_that_goes_on_begins_with_a_whole_minute() -> None:
    market = Market(0.1, 0.1)
    market.move(3.5)
    assert market.run() == [(3.5, 1), (4, 2)]


def test_function_is_woken_by_an_event_that_is_too_old_to_run() -> None:
    asked: list[dict[str, Any]] = []

    def invoke(FunctionName: str, Payload: bytes) -> dict[str, Any]:
        asked.append(json.loads(Payload))
        return {}

    cloud: Any = SimpleNamespace(client=lambda *_, **__: SimpleNamespace(invoke=invoke))
    assert sender(cloud, "cycle", print, OUTDATED)(START)
    sent_at = datetime.fromisoformat(asked[0]["detail"]["sent_at"])
    assert datetime.now(UTC) - sent_at >= OUTDATED
