"""Deploy into AWS and take it down again: ``bot deploy`` and ``bot destroy``."""

from dataclasses import asdict
from typing import Annotated

import typer

from bot.cli.options import JsonOption, YesOption
from bot.cli.output import answer, err, guarded, say
from bot.cli.target import LOCAL, checkout, default_cloud
from bot.cloud import deploy as deployment
from bot.cloud import destroy as removal
from bot.cloud.layout import Layout
from chalicelib.domain.errors import InputError

StageName = Annotated[str, typer.Option("--stage", "-s", help="dev or prod")]


@guarded
def deploy(
    stage: StageName,
    alarm_email: Annotated[str | None, typer.Option(help="Who hears of alarms")] = None,
    cdn: Annotated[bool, typer.Option(help="Serve the dashboard through CloudFront")] = True,
    as_json: JsonOption = False,
) -> None:
    """Deploy or update a stage: infra, functions, settings, alarms, site, smoke test."""
    _refuse_local(stage)
    deployed = deployment.deploy(
        default_cloud(), Layout(checkout()), stage, _progress, alarm_email, cdn=cdn
    )
    answer(asdict(deployed), as_json, lambda: _deployed(stage, deployed.url))


@guarded
def destroy(
    stage: StageName,
    data: Annotated[bool, typer.Option("--data", help="Remove the data as well")] = False,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Take a stage down. Its data stays unless told otherwise."""
    _refuse_local(stage)
    if not yes:
        what = f"stage {stage} AND ALL ITS DATA" if data else f"stage {stage} (its data stays)"
        typer.confirm(f"Remove {what}?", abort=True)
    removal.destroy(default_cloud(), Layout(checkout()), stage, _progress, data=data)
    answer({"stage": stage, "data_removed": data}, as_json, lambda: say(f"{stage} is gone"))


def _progress(step: str) -> None:
    err.print(f"  [green]✓[/] {step}")


def _deployed(stage: str, url: str) -> None:
    say(f"Dashboard: {url}")
    say(
        f"Next: bot token create --stage {stage}; bot resume --stage {stage} --reason 'first start'"
    )


def _refuse_local(stage: str) -> None:
    if stage == LOCAL:
        raise InputError("the stage 'local' is not deployed into AWS", "Start it with `bot up`.")
