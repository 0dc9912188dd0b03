"""Find out what is wrong, and say how to mend it: ``bot doctor``."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer
from rich.markup import escape

from bot.cli.options import JsonOption, StageOption
from bot.cli.output import Exit, answer, guarded, out
from bot.cli.target import LOCAL, Target, checkout, find_target
from bot.cloud import cloudformation, exchanges, processes, project, settings
from bot.cloud import up as local_cloud
from bot.cloud.contents import normal
from bot.cloud.errors import CloudError
from bot.cloud.layout import Layout
from bot.cloud.names import Names
from chalicelib.aws import rows
from chalicelib.domain.errors import TesterError
from chalicelib.operations.reading import Overview, read_overview
from chalicelib.web.dispatch import complete

ENOUGH_BYTES = 500_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found; ``hint`` is the next thing to do when it is not ok."""

    check: str
    ok: bool
    text: str
    hint: str = ""


@guarded
def doctor(
    stage: StageOption = LOCAL,
    venues: Annotated[
        bool, typer.Option("--venues", help="Instead ask each of VENUES from this machine")
    ] = False,
    venue: Annotated[
        list[str] | None, typer.Option("--venue", help="Instead ask this venue; may be repeated")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check this machine, the deployment and the stored state.  Exit code 3: something is wrong.

    With --venues the market data are checked instead.  Exit code 1: a venue failed.
    """
    if venues or venue:
        from bot.cli.venue_doctor import examine_venues  # noqa: PLC0415 - loads httpx

        examine_venues(venue or [], os.environ, as_json)
        return
    findings = [*_machine(), *_stage(stage)]
    document = [asdict(finding) for finding in findings]
    answer(document, as_json, lambda: _show(findings))
    if not all(finding.ok for finding in findings):
        raise typer.Exit(Exit.NOT_HEALTHY)


def _show(findings: list[Finding]) -> None:
    for finding in findings:
        sign = "[green]✓[/]" if finding.ok else "[red]✗[/]"
        out.print(f"{sign} {escape(finding.check)}: {escape(finding.text)}")
        if not finding.ok and finding.hint:
            out.print(f"    [dim]next:[/] {escape(finding.hint)}")


def _machine() -> Iterator[Finding]:
    found = ".".join(str(part) for part in sys.version_info[:3])
    yield Finding("python", sys.version_info >= (3, 11), found, "Install Python 3.11 or newer.")
    free = shutil.disk_usage(checkout()).free
    yield Finding("disk", free > ENOUGH_BYTES, f"{free / 1e9:.1f} GB free", "Free at least 0.5 GB.")
    wrong = list(_wrong_packages())
    yield Finding(
        "packages",
        not wrong,
        ", ".join(wrong) or "as pinned in requirements.txt",
        "Install them again: rm .venv/.installed && make up",
    )
    yield _attempt("tape", _tape, "Check the file out again: git checkout chalicelib/venues")


def _wrong_packages() -> Iterator[str]:
    for line in (checkout() / "requirements.txt").read_text().splitlines():
        requirement = line.partition(";")[0].strip()
        if not requirement or requirement.startswith("#") or not _applies(line):
            continue
        name, _, wanted = requirement.partition("==")
        name = normal(name.partition("[")[0])
        try:
            if version(name) != wanted:
                yield f"{name} is {version(name)}, pinned is {wanted}"
        except PackageNotFoundError:
            yield f"{name} is not installed"


def _applies(line: str) -> bool:
    """Whether the only marker we use, the Python version, lets this line count here."""
    older = sys.version_info < (3, 12)
    return ("<" not in line or older) and (">=" not in line or not older)


def _tape() -> str:
    from chalicelib.venues.recorded.tape_file import BUNDLED_TAPE, read_tape  # noqa: PLC0415

    tape = read_tape(BUNDLED_TAPE)
    return f"{len(tape.markets)} markets, intact"


def _attempt(check: str, look: Callable[[], str], hint: str) -> Finding:
    try:
        return Finding(check, True, look())
    except TesterError as exc:
        return Finding(check, False, exc.message, exc.hint or hint)


def _stage(stage: str) -> Iterator[Finding]:
    try:
        target = find_target(stage)
    except TesterError as exc:
        yield Finding("stage", False, exc.message, exc.hint)
        return
    if stage == LOCAL:
        yield from _local_processes()
    else:
        yield _attempt("settings", lambda: _settings(target), "bot deploy --stage " + stage)
    try:
        overview = complete(read_overview(target.table()))
    except TesterError as exc:
        yield Finding("state", False, exc.message, exc.hint)
        return
    yield from _state(target, overview)


def _settings(target: Target) -> str:
    """Compare what Chalice cannot express with what is deployed."""
    layout, names = Layout(checkout()), Names(target.stage)
    dead_letters = cloudformation.outputs(target.cloud, names.state_stack)["DeadLetterArn"]
    deployed = settings.Target(
        target.cloud, names, project.api_id(layout, target.stage), dead_letters
    )
    wrong = settings.differences(deployed, layout.root / "infra" / "merge.yaml")
    if wrong:
        raise CloudError(f"not as in infra/merge.yaml: {', '.join(wrong)}", "")
    return "retries, event age, dead letters, throttling and log retention as declared"


def _local_processes() -> Iterator[Finding]:
    layout = Layout(checkout())
    status = local_cloud.status(layout)
    yield Finding(
        "local cloud", bool(status["answers"]), f"processes {status['processes']}", "bot up"
    )
    if processes.running(layout, exchanges.NAME) is not None:
        yield Finding("market data", True, "simulated by `bot exchanges`: nothing here is live")


def _state(target: Target, overview: Overview) -> Iterator[Finding]:
    control = overview.control
    yield Finding(
        "control",
        control.version > 0,
        f"{control.state}: {control.reason}",
        f"bot resume --stage {target.stage} --reason ...",
    )
    unbalanced = [a.strategy for a in overview.accounts if a.imbalance() != 0]
    yield Finding(
        "accounts",
        not unbalanced,
        f"{len(overview.accounts)} accounts, "
        + (f"out of balance: {', '.join(unbalanced)}" if unbalanced else "balanced exactly"),
        "This is a defect: stop trading with `bot kill` and report it.",
    )
    waiting = complete(target.table().query(rows.SHARD)).items
    backlog = sum(1 for item in waiting if item["sk"].startswith("OUTBOX#"))
    yield Finding(
        "outbox",
        backlog <= 2,
        f"{backlog} entries waiting",
        "The archive refuses writes: see logs.",
    )
    yield _attempt("archive", lambda: _archive(target, overview), "bot status")


def _archive(target: Target, overview: Overview) -> str:
    from chalicelib.engine.record import read_record  # noqa: PLC0415 - loads numpy

    if overview.record_key is None:
        return "nothing recorded yet"
    record = complete(read_record(target.archive(), overview.record_key))
    return f"cycle {record.cycle_id} readable"
