"""Options that many commands share."""

from typing import Annotated

import typer

StageOption = Annotated[
    str, typer.Option("--stage", "-s", envvar="BOT_STAGE", help="local, or a deployed stage")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer as JSON on standard output")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask")]
