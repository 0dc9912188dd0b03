"""The whole product on this machine: ``bot up`` and ``bot down``."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from typing import Annotated

import typer

from bot.cli.exchanges import market_clock, require_faults
from bot.cli.options import JsonOption
from bot.cli.output import answer, err, guarded, say
from bot.cli.target import checkout, local_target
from bot.cloud import cloudformation, metronome
from bot.cloud import up as local_cloud
from bot.cloud.aws import Cloud
from bot.cloud.exchanges import Simulation
from bot.cloud.layout import Layout
from bot.cloud.record import LocalCloud
from chalicelib.aws import rows
from chalicelib.aws.dynamodb import DynamoTable
from chalicelib.aws.table import Absent, Put, Table
from chalicelib.domain.control import ControlState
from chalicelib.domain.cycle import CYCLE_SECONDS, Config, StrategySetting, cycle_time
from chalicelib.domain.errors import InputError, TransactionCancelled
from chalicelib.domain.risk import RiskLimits
from chalicelib.domain.simulated_clock import MOST_PACE
from chalicelib.operations.control import WantedControl, change_control
from chalicelib.operations.protections import market_time
from chalicelib.operations.reading import read_overview
from chalicelib.operations.tokens import create_token
from chalicelib.venues import known_venues
from chalicelib.venues.recorded import TAPE_START
from chalicelib.web.dispatch import complete

ACTOR = "bot up"
TOKEN_DAYS = 7
RECORDED = local_cloud.RECORDED
USUAL_PACE = 30.0
WOUND_MINUTES = 12
"""Tape minutes sent at once on a first start, so that strategies have a history to judge by."""

FIRST_LAP = timedelta(minutes=305)
"""After the tape's first lap the replay goes on more slowly: see the metronome."""

REPLAY_SETTINGS: Mapping[str, dict[str, object]] = {
    "mean-reversion": {"window": 6, "entry_z": 1.5, "min_deviation": 0.05},
    "momentum": {"window": 4},
    "yes-no-arbitrage": {},
}
"""The tape's markets last 15 minutes: windows of the default length would never fill."""


@dataclass
class _Opened:
    """What the seed learnt while the cloud came up."""

    token: str = ""


VenuesOption = Annotated[str, typer.Option(help="recorded, or live: polymarket,kalshi")]
SimulatedOption = Annotated[
    bool,
    typer.Option("--simulated", help="Made-up venues on this machine instead of the real ones"),
]
PaceOption = Annotated[
    float | None,
    typer.Option(
        min=1,
        max=MOST_PACE,
        help="How many times as fast the tape or the simulated market goes  [default: 30]",
    ),
]
FaultOption = Annotated[
    list[str] | None, typer.Option(help="With --simulated: bot exchanges faults")
]


@guarded
def up(
    venues: VenuesOption = RECORDED,
    port: Annotated[int | None, typer.Option(help="Port of the dashboard")] = None,
    emulator_port: Annotated[int | None, typer.Option(help="Port of the AWS emulator")] = None,
    pace: PaceOption = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start with empty state")] = False,
    simulated: SimulatedOption = False,
    fault: FaultOption = None,
    as_json: JsonOption = False,
) -> None:
    """Start the local cloud, deploy into it, start the schedule, serve the dashboard."""
    _require_known(venues)
    is_simulated = simulated or bool(fault)
    fast = _pace(venues, is_simulated, pace)
    simulation = _simulation(venues, tuple(fault or ()), fast) if is_simulated else None
    opened = _Opened()

    def first_state(note: LocalCloud) -> None:
        opened.token = seed(local_target(note).table(), venues == RECORDED)

    def tape_start(note: LocalCloud) -> datetime | None:
        return _next_minute(note) if venues == RECORDED else None

    plan = local_cloud.Plan(
        seed=first_state,
        tape_start=tape_start,
        reached=_reached,
        first_lap_ends=TAPE_START + FIRST_LAP,
        venues=venues,
        every=CYCLE_SECONDS / fast,
        site_port=port,
        emulator_port=emulator_port,
        fresh=fresh,
        simulation=simulation,
    )
    note = local_cloud.up(Layout(checkout()), plan, _progress)
    link = f"{note.url}/#token={opened.token}&keep=1"
    document = {"url": note.url, "link": link, "token": opened.token, "venues": venues}
    answer(document, as_json, lambda: _welcome(link, venues, simulation))


def _require_known(venues: str) -> None:
    known = known_venues()
    for name in venues.split(","):
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(known)}."
            raise InputError(f"{name!r} is not a venue", hint)


def _progress(step: str, seconds: float) -> None:
    err.print(f"  [green]✓[/] {step} [dim]{seconds:.1f} s[/]")


def _pace(venues: str, is_simulated: bool, pace: float | None) -> float:
    """How many times as fast the market goes; InputError where that is not ours to say."""
    if venues == RECORDED or is_simulated:
        return USUAL_PACE if pace is None else pace
    if pace not in (None, 1):
        raise InputError(
            f"--pace {pace:g}, and the venues are live: they keep real time",
            "Leave it out, or take simulated venues: bot up --simulated.",
        )
    return 1.0


def _reached(cloud: Cloud) -> datetime | None:
    """The market's time of the newest cycle in the local cloud's state, if there is any."""
    if not cloudformation.exists(cloud, local_cloud.STAGE.state_stack):
        return None
    table = DynamoTable(cloud.client("dynamodb", read_timeout=10), local_cloud.STAGE.table)
    return market_time(complete(read_overview(table)))


def _simulation(venues: str, faults: tuple[str, ...], pace: float) -> Simulation:
    from bot.exchanges.exchange import venues as simulated_venues  # noqa: PLC0415 - rarely needed

    missing = sorted(set(venues.split(",")) - set(simulated_venues()))
    if missing:
        raise InputError(
            f"{missing[0]!r} is not simulated", f"Simulated: {', '.join(simulated_venues())}."
        )
    require_faults(faults)
    market_clock(pace)  # refuses what is no pace, before anything is started
    return Simulation(faults=faults, pace=pace)


def _welcome(link: str, venues: str, simulation: Simulation | None) -> None:
    say("")
    say(f"Dashboard: {link}")
    if venues == RECORDED:
        say("Market:    a replay of real order books, one tape minute every few seconds")
    if simulation is not None:
        say("Market:    made up by the simulated venues; faults on demand: bot exchanges faults")
        say(f"Clock:     a minute of the market takes {CYCLE_SECONDS / simulation.pace:g} s")
    say("Stop all trading: bot kill --reason ...    Stop the local cloud: bot down")


def seed(table: Table, replay: bool) -> str:
    """First settings and first control row where there are none; a new token in any case."""
    now = datetime.now(UTC)
    if replay:
        _first_settings(table)
    overview = complete(read_overview(table))
    if overview.control.version == 0 and overview.last_cycle is None:
        wanted = WantedControl(
            ControlState.RUNNING, "first start of the local cloud", ACTOR, version=0
        )
        complete(change_control(table, wanted, now))
    secret, _ = complete(create_token(table, "operator", "local operator", TOKEN_DAYS, ACTOR, now))
    return secret


def _first_settings(table: Table) -> None:
    strategies = {name: StrategySetting(params=dict(p)) for name, p in REPLAY_SETTINGS.items()}
    config = Config(strategies, RiskLimits(), 1)
    try:
        complete(table.write(Put("config", rows.config_item(config), Absent("pk"))))
    except TransactionCancelled:
        return  # an operator's settings are there already, and stay


def _next_minute(note: LocalCloud) -> datetime:
    """The tape minute after the last committed one; on a first start, after winding it up."""
    last = complete(read_overview(local_target(note).table())).last_cycle
    if last is not None:
        return max(cycle_time(last) + timedelta(minutes=1), TAPE_START)
    send = metronome.sender(note.cloud, note.cycle_function, say)
    for minute in range(WOUND_MINUTES):
        send(TAPE_START + timedelta(minutes=minute))
    return TAPE_START + timedelta(minutes=WOUND_MINUTES)


@guarded
def down(as_json: JsonOption = False) -> None:
    """Stop the local cloud. Its state is kept for the next ``bot up``."""
    stopped = local_cloud.down(Layout(checkout()))
    words = f"stopped {', '.join(stopped)}; the state is kept" if stopped else "nothing was running"
    answer({"stopped": stopped}, as_json, lambda: say(words))
