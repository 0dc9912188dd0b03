"""A backfill that is stopped, fails or is killed goes on where it was and ends in the same tape."""

import asyncio
import signal
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.tapes.fetching import Fetched, Plan, fetch, parts_of
from bot.tapes.files import read
from chalicelib.domain.errors import InputError, VenueError, VenuePayloadError, VenueUnavailable
from chalicelib.domain.order import Side
from chalicelib.domain.public import Candle, ExchangeStatus, PriceBasis, PublicTrade
from chalicelib.tapes.kinds import RowKind
from chalicelib.tapes.rows import candles, trades
from chalicelib.venues import open_history
from tests.builders import NOW

MINUTE = timedelta(minutes=1)
NAMES = ("test:a", "test:b")
ROOT = Path(__file__).parents[3]


@dataclass
class PlayedHistory:
    """A venue's past: a candle a minute and a trade an hour. Fails at the calls it is told to."""

    failing: dict[int, VenueError] = field(default_factory=dict)
    calls: list[tuple[str, str, datetime, datetime]] = field(default_factory=list)

    async def candles(
        self, instrument_id: str, interval: timedelta, start: datetime, end: datetime
    ) -> Sequence[Candle]:
        self._call("candles", instrument_id, start, end)
        count = (end - start) // interval
        return [self._candle(instrument_id, interval, start + n * interval) for n in range(count)]

    async def trades(
        self, instrument_id: str, start: datetime, end: datetime
    ) -> Sequence[PublicTrade]:
        self._call("trades", instrument_id, start, end)
        hours = (end - start) // timedelta(hours=1)
        return [
            PublicTrade(instrument_id, f"{at:%d-%H}", Decimal("0.50"), Decimal(3), Side.BUY, at)
            for at in (start + n * timedelta(hours=1) for n in range(hours))
        ]

    async def status(self) -> ExchangeStatus:
        raise AssertionError("a backfill does not ask whether the venue is open")

    def _call(self, what: str, name: str, start: datetime, end: datetime) -> None:
        self.calls.append((what, name, start, end))
        failure = self.failing.pop(len(self.calls), None)
        if failure is not None:
            raise failure

    @staticmethod
    def _candle(name: str, interval: timedelta, at: datetime) -> Candle:
        price = Decimal(at.minute + 1) / 100
        return Candle(name, at, interval, price, price, price, price, None, PriceBasis.TRADE)


def plan(hours: int = 24, *, with_trades: bool = True, names: tuple[str, ...] = NAMES) -> Plan:
    return Plan("test", names, NOW, NOW + timedelta(hours=hours), MINUTE, with_trades)


def run(
    history: PlayedHistory, out: Path, wanted: Plan | None = None, seen: list[int] | None = None
) -> Fetched:
    noted = [] if seen is None else seen
    return fetch(history, wanted or plan(), out, asyncio.run, lambda done, _: noted.append(done))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "past.tape"


def test_fetch_gives_all_candles_and_trades_of_the_span(out: Path) -> None:
    run(PlayedHistory(), out)
    tape = read(out)
    assert tape.facts.instruments == NAMES
    found = candles(tape.table(RowKind.CANDLES), NAMES)
    assert [c.start for c in found if c.instrument_id == "test:a"] == [
        NOW + n * MINUTE for n in range(24 * 60)
    ]
    assert len(trades(tape.table(RowKind.TRADES), NAMES)) == 2 * 24
    assert not parts_of(out).exists()


def test_fetch_asks_for_windows_that_cover_the_span_once(out: Path) -> None:
    history = PlayedHistory()
    run(history, out)
    for kind in ("candles", "trades"):
        spans = [(start, end) for what, name, start, end in history.calls
                 if (what, name) == (kind, "test:a")]  # fmt: skip
        assert spans[0][0] == NOW
        assert spans[-1][1] == NOW + timedelta(hours=24)
        assert [end for _, end in spans[:-1]] == [start for start, _ in spans[1:]]


@pytest.mark.parametrize("call", [1, 2, 4, 8, 14])
def test_fetch_that_failed_goes_on_where_it_was_and_gives_the_same_tape(
    out: Path, tmp_path: Path, call: int
) -> None:
    whole = tmp_path / "whole.tape"
    undisturbed = PlayedHistory()
    run(undisturbed, whole)
    history = PlayedHistory({call: VenueUnavailable("no answer", "Wait.")})
    with pytest.raises(VenueUnavailable, match="no answer") as failure:
        run(history, out)
    assert not out.exists()
    assert f"{call - 1} of {len(undisturbed.calls)} parts are kept" in failure.value.hint
    finished = run(history, out)
    assert finished.resumed == call - 1
    assert len(history.calls) == len(undisturbed.calls) + 1
    assert out.read_bytes() == whole.read_bytes()


def test_fetch_names_what_it_was_fetching_when_the_venue_failed(out: Path) -> None:
    history = PlayedHistory({2: VenuePayloadError("high is 'x'", "Look.")})
    with pytest.raises(VenuePayloadError, match=r"candles of test:a from 2026-09-28 08:20: high"):
        run(history, out)


def test_fetch_that_was_killed_goes_on_and_leaves_no_half_written_part(out: Path) -> None:
    """A process of its own fetches and is killed with signal 9 in the middle of a request."""
    body = f"""
        import asyncio, os, signal
        from pathlib import Path
        from tests.unit.tapes.test_tape_fetch import PlayedHistory, run

        class Killed(PlayedHistory):
            def _call(self, *what):
                super()._call(*what)
                if len(self.calls) == 6:
                    os.kill(os.getpid(), signal.SIGKILL)

        run(Killed(), Path({str(out)!r}))
    """
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(body)], cwd=ROOT, check=False, capture_output=True
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    assert not out.exists()
    # What a kill in the middle of a write leaves behind is no part.
    (parts_of(out) / "candles-half.tape.new").write_bytes(b"MSTTAPE\n")
    history = PlayedHistory()
    assert run(history, out).resumed == 5
    assert len(history.calls) == run(PlayedHistory(), out.with_name("whole.tape")).parts - 5
    assert out.read_bytes() == out.with_name("whole.tape").read_bytes()


def test_fetch_into_the_parts_of_another_fetch_is_refused(out: Path) -> None:
    with pytest.raises(VenueUnavailable):
        run(PlayedHistory({3: VenueUnavailable("no answer")}), out)
    with pytest.raises(InputError, match="parts of another fetch"):
        run(PlayedHistory(), out, plan(hours=12))


def test_fetch_tells_its_progress(out: Path) -> None:
    seen: list[int] = []
    finished = run(PlayedHistory(), out, seen=seen)
    assert seen == list(range(finished.parts + 1))


def test_fetch_without_trades_asks_for_none(out: Path) -> None:
    history = PlayedHistory()
    run(history, out, plan(with_trades=False))
    assert {what for what, *_ in history.calls} == {"candles"}


def test_venue_that_publishes_a_past_is_opened_by_its_name() -> None:
    opened = open_history("coingecko", {"COINGECKO_IDS": "bitcoin"})
    assert all(hasattr(opened, method) for method in ("candles", "trades", "status"))


@pytest.mark.parametrize("name", ["recorded", "nowhere"])
def test_venue_without_a_past_is_refused_with_the_known_ones(name: str) -> None:
    with pytest.raises(InputError, match=f"'{name}' is no venue that publishes") as refusal:
        open_history(name, {})
    assert "coingecko" in refusal.value.hint
