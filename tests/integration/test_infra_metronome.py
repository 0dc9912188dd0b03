"""The local clock: every tape minute once, in order, never two at a time."""

from datetime import UTC, datetime, timedelta

from bot.cloud.metronome import Metronome, event

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
