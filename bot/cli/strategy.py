"""Write a strategy, check it, look at it: ``bot strategy``. No stage is needed for any of this."""

import os
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from bot.authoring.folder import use_user_folder, user_folder
from bot.cli.options import JsonOption
from bot.cli.output import Exit, answer, guarded, out, say
from bot.cli.target import checkout
from chalicelib.domain.errors import InputError
from chalicelib.domain.strategy import REGISTRY, find_strategy
from chalicelib.strategies import broken, discover

strategy = typer.Typer(help="Write, check and look at strategies.", no_args_is_help=True)
NameArgument = Annotated[str, typer.Argument(help="The strategy's name, such as dip-buyer")]


@guarded
def find_own() -> None:
    """Look for strategies in the folder that STRATEGIES_FOLDER names, too."""
    use_user_folder(os.environ)


@strategy.command()
@guarded
def new(name: NameArgument, as_json: JsonOption = False) -> None:
    """Write a strategy's file, its test and its page: a simple rule that works as it is.

    They go into the folder that STRATEGIES_FOLDER names, or else into this checkout.
    """
    from bot.authoring.writing import in_checkout, in_folder, write_new  # noqa: PLC0415 - numpy

    folder = user_folder(os.environ)
    files = write_new(name, in_checkout(checkout()) if folder is None else in_folder(folder))
    answer({"name": name, "files": [str(file) for file in files]}, as_json, lambda: _written(files))


def _written(files: list[Any]) -> None:
    for file, what in zip(files, ("the rule", "its test", "its page"), strict=True):
        say(f"{file}  {what}")
    say("Next: change the rule, then `bot strategy check`; `bot up` trades it.")


@strategy.command()
@guarded
def check(name: NameArgument, as_json: JsonOption = False) -> None:
    """Hold a strategy to what all of them promise.  Exit code 1: a promise is broken."""
    from bot.authoring.report import examine  # noqa: PLC0415 - numpy and the recorded tape

    _require_whole(name)
    report = examine(name)
    answer(asdict(report) | {"sound": report.sound}, as_json, lambda: _show_report(report))
    if not report.sound:
        raise typer.Exit(Exit.FAILED)


def _require_whole(name: str) -> None:
    """A file that cannot be imported is told with its reason, and not as unknown."""
    discover()
    for fault in broken():
        if fault.strategy == name:
            raise InputError(f"{name} cannot be read: {fault.reason}", "Mend the file.")
    find_strategy(name)


def _show_report(report: Any) -> None:
    for finding in report.findings:
        mark = "[green]✓[/]" if finding.kept else "[red]✗[/]"
        out.print(f"{mark} {finding.promise:<20} {escape(finding.text)}", soft_wrap=True)
    for name, text in report.measured.items():
        out.print(f"  {name:<20} {escape(text)}", soft_wrap=True)
    lost = sum(not finding.kept for finding in report.findings)
    kept = f"keeps all {len(report.findings)} promises"
    say(f"{report.strategy} {kept if report.sound else f'breaks {lost} of its promises'}.")


@strategy.command()
@guarded
def show(name: NameArgument, as_json: JsonOption = False) -> None:
    """Show what a strategy is, its parameters with bounds, its exits and sizing, its file."""
    from bot.authoring.page import document_of  # noqa: PLC0415 - numpy

    _require_whole(name)
    document = document_of(find_strategy(name))
    answer(document, as_json, lambda: _show(document))


def _show(said: dict[str, Any]) -> None:
    say(f"{said['name']}{' (a baseline)' if said['baseline'] else ''}: {said['summary']}")
    lines = {
        "trades": " and ".join(said["trades"]),
        "enters": said["enters"],
        "leaves": said["leaves"],
        "fails when": said["fails_when"],
        "warm-up": f"{said['lookback']} rows",
        "sizing": said["sizing"],
        "exits": ", ".join(f"{rule} {value}" for rule, value in said["exits"].items())
        or "none of its own",
        "file": said["source"],
    }
    for label, text in lines.items():
        say(f"  {label:<11} {text or 'not said'}")
    table = Table("parameter", "default", "bounds", "")
    for each in said["parameters"]:
        row = (each["name"], str(each["default"]), each["bounds"], each["description"])
        table.add_row(*map(escape, row))
    if said["parameters"]:
        out.print(table)


@strategy.command("list")
@guarded
def list_all(as_json: JsonOption = False) -> None:
    """Show every strategy that is found, what it trades, and files that are broken."""
    from bot.authoring.page import document_of  # noqa: PLC0415 - numpy

    found = [document_of(REGISTRY[name]) for name in discover()]
    kept = ("name", "summary", "trades", "baseline", "source")
    rows = [
        *({key: said[key] for key in kept} for said in found),
        *({"name": fault.strategy, "fault": fault.reason} for fault in broken()),
    ]
    answer(rows, as_json, lambda: _show_all(rows))


def _show_all(rows: list[dict[str, Any]]) -> None:
    table = Table("strategy", "trades", "what it does")
    for row in (row for row in rows if "fault" not in row):
        name = f"{row['name']} (baseline)" if row["baseline"] else row["name"]
        table.add_row(escape(name), " and ".join(row["trades"]), escape(row["summary"]))
    out.print(table)
    for row in (row for row in rows if "fault" in row):
        say(f"{row['name']}: broken: {row['fault']}")
