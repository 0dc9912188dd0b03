"""Stop and start: ``bot kill``, ``bot pause``, ``bot resume``."""

import getpass
import socket
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.cli.options import JsonOption, StageOption, YesOption
from bot.cli.output import answer, guarded, say
from bot.cli.target import find_target
from chalicelib.domain.control import Control, ControlState
from chalicelib.domain.errors import InputError
from chalicelib.operations.configuration import enable_all
from chalicelib.operations.control import WantedControl, change_control, read_control
from chalicelib.operations.meaning import control_note
from chalicelib.operations.reading import read_overview
from chalicelib.web.dispatch import complete

ReasonOption = Annotated[
    str, typer.Option("--reason", "-r", help="Why; kept in the audit trail", min=3)
]


def actor() -> str:
    """Who is at the keyboard, for the audit trail."""
    return f"cli:{getpass.getuser()}@{socket.gethostname()}"


@guarded
def kill(
    reason: ReasonOption,
    flatten: Annotated[
        bool, typer.Option("--flatten", help="First close everything at book prices")
    ] = False,
    yes: YesOption = False,
    stage: StageOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Stop everything at once: nothing is booked any more, not even an exit.

    With --flatten every position is closed at book prices first; then nothing is booked.
    """
    if flatten and not yes:
        typed = typer.prompt("This sells every position at book prices. Type 'flatten' to do it")
        if typed != "flatten":
            raise InputError("nothing was changed", "Type 'flatten', or use --yes.")
    _change(stage, ControlState.FLATTENING if flatten else ControlState.KILLED, reason, as_json)


@guarded
def pause(reason: ReasonOption, stage: StageOption = "local", as_json: JsonOption = False) -> None:
    """Open nothing new; still close and settle what is open."""
    _change(stage, ControlState.PAUSED, reason, as_json)


@guarded
def resume(
    reason: ReasonOption,
    enable_all_: Annotated[
        bool, typer.Option("--enable-all", help="Enable every strategy again")
    ] = False,
    stage: StageOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Trade again (also the first start). After a kill, strategies wait until they are enabled."""
    _change(stage, ControlState.RUNNING, reason, as_json, enable=enable_all_)


def _change(
    stage: str, state: ControlState, reason: str, as_json: bool, *, enable: bool = False
) -> None:
    table = find_target(stage).table()
    version = None
    if state is not ControlState.KILLED:
        version = complete(read_control(table)).version
    wanted = WantedControl(state, reason, actor(), version)
    changed = complete(change_control(table, wanted, datetime.now(UTC)))
    if enable:
        complete(enable_all(table, actor(), reason, datetime.now(UTC)))
    note = "" if state is ControlState.KILLED else control_note(complete(read_overview(table)))
    document = {**control_document(changed), "note": note}
    answer(document, as_json, lambda: _told(changed, note))


def _told(changed: Control, note: str) -> None:
    say(control_line(changed))
    if note:
        say(note)


def control_document(control: Control) -> dict[str, object]:
    """The switch as JSON."""
    return asdict(control)


def control_line(control: Control) -> str:
    """The switch in one line."""
    return f"{control.state} (version {control.version}) by {control.actor}: {control.reason}"
