"""Run a strategy over a tape, by the engine that trades live: ``bot backtest``."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from bot.cli.options import JsonOption
from bot.cli.output import answer, guarded, out, say
from chalicelib.domain.cycle import Config, StrategySetting
from chalicelib.domain.errors import InputError
from chalicelib.domain.risk import RiskLimits
from chalicelib.domain.strategy import REGISTRY, build_strategy
from chalicelib.research.paper import each_minute, run_paper
from chalicelib.research.summary import StrategyResult, summarise
from chalicelib.strategies import discover
from chalicelib.venues.recorded.client import open_venue

SEED = 1


@guarded
def backtest(
    name: Annotated[str, typer.Argument(help="The strategy's name")],
    tape: Annotated[Path | None, typer.Option(help="A tape; by default the bundled one")] = None,
    param: Annotated[
        list[str] | None, typer.Option("--param", "-p", help="window=20; may be repeated")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a strategy would have done on a tape, after fees, and how far it may be chance."""
    discover()
    chosen = _parameters(param or [])
    build_strategy(name, chosen)
    venue = open_venue({"RECORDED_TAPE": str(tape)} if tape else {})
    config = Config({name: StrategySetting(params=chosen)}, RiskLimits())
    moments = each_minute(venue.tape_start(), venue.tape_span())
    run = run_paper([venue], {name: REGISTRY[name]}, config, moments)
    if run.faults:
        raise InputError(f"{name} failed: {next(iter(run.faults))}", "Mend it, then run it again.")
    result = summarise(run, name, lambda trip: trip.market_id, SEED)
    document = {"strategy": name, "tape": venue.title, "cycles": len(moments)}
    told = {**document, **asdict(result), "verdict": result.verdict}
    answer(told, as_json, lambda: _show(document, result))


def _parameters(written: list[str]) -> dict[str, object]:
    found: dict[str, object] = {}
    for each in written:
        key, equals, value = each.partition("=")
        if not equals:
            raise InputError(f"--param {each!r} has no '='", "Write it like --param window=20.")
        try:
            found[key] = json.loads(value)
        except ValueError:
            found[key] = value
    return found


def _show(document: Mapping[str, Any], result: StrategyResult) -> None:
    say(f"{document['strategy']} on {document['tape']}, {document['cycles']} cycles of a minute")
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="dim")
    table.add_column(justify="right")
    table.add_row("round trips", f"{result.round_trips} in {result.events} markets")
    table.add_row("still open", f"{result.open}")
    table.add_row("staked", f"{result.staked:,.2f}")
    table.add_row("fees", f"{result.fees:,.2f}")
    table.add_row("gain after fees", f"{result.gain:+,.2f}")
    table.add_row("return of the account", f"{100 * result.return_on_cash:+.2f} %")
    table.add_row("worst drawdown", f"{100 * result.worst_drawdown:.2f} %")
    for code, count in result.refusals.items():
        table.add_row(f"refused: {code}", f"{count}")
    out.print(table)
    say(result.verdict)
