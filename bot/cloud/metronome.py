"""Send the scheduled event with the market's time: that of the tape, or of simulated venues."""

import argparse
import json
import signal
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import FrameType

from botocore.exceptions import BotoCoreError, ClientError

from bot.cloud.aws import Cloud
from chalicelib.domain.cycle import CYCLE_SECONDS
from chalicelib.domain.simulated_clock import SimulatedClock

NAME = "metronome"
MINUTE = timedelta(seconds=CYCLE_SECONDS)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SLOWEST_CYCLE_SECONDS = 60.0
SLOWER_SECONDS = 10.0
OUTDATED = timedelta(hours=1)
Wait = Callable[[float], bool]
Send = Callable[[datetime], bool]


def event(at: datetime, sent_at: datetime) -> dict[str, object]:
    """The scheduled event for one minute of the market, as EventBridge shapes it."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "bot.metronome",
        "account": "",
        "region": "",
        "time": _iso(at),
        "resources": [],
        "detail": {"sent_at": _iso(sent_at)},
    }


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Metronome:
    """Tape minutes from ``start`` (aware UTC), one per ``every`` seconds of wall time.

    No tape minute is left out, and two never run at once: when a cycle takes longer than
    ``every``, the beats it missed are skipped and the tape waits. ``until`` is exclusive. From
    ``slower_from`` on it beats every ten seconds: what was to be seen has been seen, and a replay
    left running for days should fill neither the disk nor the memory of the machine.
    """

    start: datetime
    every: float
    until: datetime | None = None
    slower_from: datetime | None = None

    def run(self, send: Send, wait: Wait, clock: Callable[[], float] = time.monotonic) -> None:
        """Beat until the tape ends or ``wait`` (seconds) says that it is time to stop.

        ``send`` says whether the event was taken; if not, the same minute is sent again.
        """
        at, beat = self.start, clock()
        while self.until is None or at < self.until:
            if send(at):
                at += MINUTE
            every = self._pace(at)
            missed = int((clock() - beat) / every)
            beat += (missed + 1) * every
            if wait(max(0.0, beat - clock())):
                return

    def _pace(self, at: datetime) -> float:
        if self.slower_from is None or at < self.slower_from:
            return self.every
        return max(self.every, SLOWER_SECONDS)


@dataclass(frozen=True, slots=True)
class Ticker:
    """The minutes of a market whose clock goes on by itself, each when that clock reaches it.

    Two never run at once: while a cycle takes longer than a minute of the market, the minutes that
    pass are left out, as those that EventBridge sends to a busy cycle are. None is sent twice, nor
    one before another that was sent, whatever the wall clock does.
    """

    clock: SimulatedClock

    def run(self, send: Send, wait: Wait, wall: Callable[[], datetime]) -> None:
        """Beat until ``wait`` (seconds) says that it is time to stop."""
        at = _minute_of(self.clock.at(wall()))
        while not wait(max(0.0, (self.clock.wall(at) - wall()).total_seconds())):
            send(at)
            at = max(at, _minute_of(self.clock.at(wall()))) + MINUTE


def _minute_of(moment: datetime) -> datetime:
    return moment - (moment - EPOCH) % MINUTE


def sender(
    cloud: Cloud, function: str, say: Callable[[str], None], age: timedelta = timedelta(0)
) -> Send:
    """A function that invokes the cycle and waits for it; trouble is said, not raised.

    ``age`` is how long ago its events were sent, by their own account. One of OUTDATED does nothing
    but load the function: the first cycle of a fast market must not take minutes of its time.
    """
    client = cloud.client("lambda", read_timeout=SLOWEST_CYCLE_SECONDS)

    def send(at: datetime) -> bool:
        body = json.dumps(event(at, datetime.now(UTC) - age)).encode()
        try:
            answer = client.invoke(FunctionName=function, Payload=body)
        except (BotoCoreError, ClientError) as exc:
            say(f"{_iso(at)} not taken, will be sent again: {exc}")
            return False
        if answer.get("FunctionError"):
            say(f"{_iso(at)} failed: {answer['Payload'].read()[:500]!r}")
        return True

    return send


def arguments(
    clock: str, start: datetime | None, every: float, slower_from: datetime | None
) -> list[str]:
    """What ``main`` is told: a market's clock, or where the tape starts and how fast it goes."""
    if start is None:
        return ["--clock", clock]
    slower = ["--slower-from", slower_from.isoformat()] if slower_from else []
    return ["--start", start.isoformat(), "--every", str(every), *slower]


def main() -> None:
    """Beat until told to stop; the arguments come from ``bot up``."""
    parser = argparse.ArgumentParser(prog="bot.cloud.metronome")
    parser.add_argument("--emulator-port", type=int, required=True)
    parser.add_argument("--function", required=True)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--start", type=datetime.fromisoformat, help="of the tape")
    which.add_argument("--clock", type=SimulatedClock.parse, help="of simulated venues")
    parser.add_argument("--until", type=datetime.fromisoformat)
    parser.add_argument("--slower-from", type=datetime.fromisoformat)
    parser.add_argument("--every", type=float, default=2.0)
    chosen = parser.parse_args()
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    send = sender(Cloud.local(chosen.emulator_port), chosen.function, _say)
    if chosen.clock is not None:
        _say(f"the market's clock is {chosen.clock}")
        sender(Cloud.local(chosen.emulator_port), chosen.function, _say, OUTDATED)(EPOCH)
        Ticker(chosen.clock).run(send, stopping.wait, lambda: datetime.now(UTC))
    else:
        _say(f"from {chosen.start.isoformat()}, one tape minute every {chosen.every} s")
        beats = Metronome(chosen.start, chosen.every, chosen.until, chosen.slower_from)
        beats.run(send, stopping.wait)
    _say("stopped" if stopping.is_set() else "the tape has ended")


def _say(text: str) -> None:
    print(f"{_iso(datetime.now(UTC))} {text}", flush=True)


if __name__ == "__main__":
    main()
