"""The simulated venues: ``bot exchanges``."""

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import typer

from bot.cli.options import JsonOption
from bot.cli.output import answer, guarded, say
from bot.cloud.exchanges import PORT
from chalicelib.domain.errors import InputError, NotFoundError
from chalicelib.domain.simulated_clock import LEAST_PACE, MOST_PACE, SimulatedClock
from chalicelib.settings import CLOCK_VARIABLE

exchanges = typer.Typer(
    help="Venues that answer on this machine, made up and with faults on demand.",
    no_args_is_help=True,
)
PortOption = Annotated[int, typer.Option(help="Port on 127.0.0.1")]
PaceOption = Annotated[float, typer.Option(help="How many times as fast the market's clock runs")]
FaultsArgument = Annotated[
    list[str] | None,
    typer.Argument(help="KIND[@HOST/PATH][~SHARE], e.g. 503@clob.polymarket.com/*~0.2"),
]


@exchanges.command()
@guarded
def up(
    port: PortOption = PORT,
    seed: Annotated[int, typer.Option(help="Everything follows from it")] = 1,
    pace: PaceOption = 1.0,
    anchor: Annotated[
        str, typer.Option(help="When the market's clock showed the wall clock's time; usually now")
    ] = "",
    markets: Annotated[int, typer.Option(min=1, max=20_000, help="Open questions")] = 60,
    kalshi_prices: Annotated[
        Literal["cents", "both", "dollars"], typer.Option(help="Generation of its format")
    ] = "dollars",
    fault: Annotated[list[str] | None, typer.Option(help="A fault; may be repeated")] = None,
) -> None:
    """Serve in the foreground until stopped; set VENUE_GATEWAY to the address it prints."""
    from bot.exchanges.exchange import Exchanges  # noqa: PLC0415 - only this command needs it
    from bot.exchanges.faults import Rule  # noqa: PLC0415
    from bot.exchanges.server import serve  # noqa: PLC0415
    from bot.exchanges.world import World  # noqa: PLC0415

    require_faults(fault or [])
    rules = [Rule.parse(text) for text in fault or []]
    clock = market_clock(pace, anchor)
    made = Exchanges(World(seed, markets), faults=rules, kalshi_prices=kalshi_prices, pace=pace)
    if clock is not None:
        made.now = lambda: clock.at(datetime.now(UTC)).timestamp()
        say(f"their clock runs {pace:g} times as fast: set {CLOCK_VARIABLE} to {clock}")
    try:
        asyncio.run(serve(made, port, say))
    except KeyboardInterrupt:
        say("stopped")


def market_clock(pace: float, anchor: str = "") -> SimulatedClock | None:
    """The clock of this pace from an instant on, or from now; None for real time.

    Raises InputError for a pace or an instant that is none.
    """
    if pace == 1:
        return None
    try:
        start = datetime.fromisoformat(anchor) if anchor else datetime.now(UTC)
        return SimulatedClock(start, pace)
    except ValueError as exc:
        raise InputError(
            f"no clock can be made of --pace {pace:g} and --anchor {anchor or 'now'}: {exc}",
            f"1 is real time; a faster market has a pace from {LEAST_PACE:g} to {MOST_PACE:g}.",
        ) from exc


def require_faults(texts: Iterable[str]) -> None:
    """Raise InputError for a fault that cannot be read."""
    from bot.exchanges.faults import FaultSyntaxError, Rule  # noqa: PLC0415

    try:
        for text in texts:
            Rule.parse(text)
    except FaultSyntaxError as exc:
        raise InputError(f"{exc.text!r} is not a fault", exc.hint) from exc


@exchanges.command()
@guarded
def status(port: PortOption = PORT, as_json: JsonOption = False) -> None:
    """What is simulated, what was asked, and which faults strike."""
    told = _control(port, "GET", "/", None)
    answer(told, as_json, lambda: _show(told))


@exchanges.command()
@guarded
def faults(
    wanted: FaultsArgument = None, port: PortOption = PORT, as_json: JsonOption = False
) -> None:
    """Replace the faults that strike; none are given to end all of them."""
    require_faults(wanted or [])
    told = _control(port, "PUT", "/faults", list(wanted or []))
    answer(told["faults"], as_json, lambda: say("\n".join(told["faults"]) or "no faults"))


def _control(port: int, method: str, path: str, body: object) -> dict[str, Any]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/_control{path}",
        None if body is None else json.dumps(body).encode(),
        method=method,
    )
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(request, timeout=5) as response:
            told: dict[str, Any] = json.load(response)
            return told
    except urllib.error.HTTPError as exc:
        raise InputError(json.load(exc)["error"]) from exc
    except OSError as exc:
        raise NotFoundError(
            f"no simulated venues answer on port {port}",
            "Start them: bot exchanges up, or make up VENUES=polymarket SIMULATED=1",
        ) from exc


def _show(told: dict[str, Any]) -> None:
    say(f"seed {told['seed']}, {told['markets']} open questions, pace {told['pace']:g}")
    say(f"market time {datetime.fromtimestamp(told['now'], UTC):%Y-%m-%d %H:%M:%S} UTC")
    say(f"faults: {', '.join(told['faults']) or 'none'}")
    for name, count in sorted(told["asked"].items()):
        say(f"{count:8d}  {name}")
    for kind, count in sorted(told["struck"].items()):
        say(f"{count:8d}  struck: {kind}")
