"""Stop and start: ``bot kill``, ``bot pause``, ``bot resume``."""

import getpass
import socket
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.cli.options import JsonOption, StageOption
from bot.cli.output import answer, guarded, say
from bot.cli.target import find_target
from chalicelib.domain.control import Control, ControlState
from chalicelib.operations.control import WantedControl, change_control, read_control
from chalicelib.web.dispatch import complete

ReasonOption = Annotated[
    str, typer.Option("--reason", "-r", help="Why; kept in the audit trail", min=3)
]


def actor() -> str:
    """Who is at the keyboard, for the audit trail."""
    return f"cli:{getpass.getuser()}@{socket.gethostname()}"


@guarded
def kill(reason: ReasonOption, stage: StageOption = "local", as_json: JsonOption = False) -> None:
    """Stop everything at once: nothing is booked any more, not even an exit."""
    _change(stage, ControlState.KILLED, reason, as_json)


@guarded
def pause(reason: ReasonOption, stage: StageOption = "local", as_json: JsonOption = False) -> None:
    """Open nothing new; still close and settle what is open."""
    _change(stage, ControlState.PAUSED, reason, as_json)


@guarded
def resume(reason: ReasonOption, stage: StageOption = "local", as_json: JsonOption = False) -> None:
    """Trade again (also the first start)."""
    _change(stage, ControlState.RUNNING, reason, as_json)


def _change(stage: str, state: ControlState, reason: str, as_json: bool) -> None:
    table = find_target(stage).table()
    version = None
    if state is not ControlState.KILLED:
        version = complete(read_control(table)).version
    wanted = WantedControl(state, reason, actor(), version)
    changed = complete(change_control(table, wanted, datetime.now(UTC)))
    answer(control_document(changed), as_json, lambda: say(control_line(changed)))


def control_document(control: Control) -> dict[str, object]:
    """The switch as JSON."""
    return asdict(control)


def control_line(control: Control) -> str:
    """The switch in one line."""
    return f"{control.state} (version {control.version}) by {control.actor}: {control.reason}"
