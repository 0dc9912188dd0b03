"""Look without touching: ``bot status`` and ``bot replay``."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from bot.cli.control import control_document, control_line
from bot.cli.options import JsonOption, StageOption
from bot.cli.output import Exit, answer, guarded, out, say
from bot.cli.target import Target, find_target
from chalicelib.domain.activity import fill_text, settlement_text
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.inputs import inputs_in_words
from chalicelib.operations.meaning import control_note
from chalicelib.operations.protections import market_time
from chalicelib.operations.reading import Overview, read_cycle, read_overview
from chalicelib.web.account_present import account_view
from chalicelib.web.dispatch import complete
from chalicelib.web.views import HEALTHY_AGE_SECONDS


@guarded
def status(stage: StageOption = "local", as_json: JsonOption = False) -> None:
    """Is it alive, may it trade, and how does each strategy stand?  Exit code 3: not healthy."""
    target = find_target(stage)
    overview = complete(read_overview(target.table()))
    age = _age(overview)
    healthy = age is not None and age <= HEALTHY_AGE_SECONDS
    document = {
        "stage": stage,
        "url": target.url,
        "healthy": healthy,
        "age_seconds": age,
        "last_cycle": overview.last_cycle,
        "control": {**control_document(overview.control), "note": control_note(overview)},
        "accounts": [
            account_view(a, overview.config, market_time(overview)).model_dump(mode="json")
            for a in overview.accounts
        ],
    }
    answer(document, as_json, lambda: _show(target, overview, age))
    if not healthy:
        raise typer.Exit(Exit.NOT_HEALTHY)


def _age(overview: Overview) -> float | None:
    if overview.committed_at is None:
        return None
    return round((datetime.now(UTC) - overview.committed_at).total_seconds(), 1)


def _show(target: Target, overview: Overview, age: float | None) -> None:
    alive = "no cycle was committed yet" if age is None else f"last cycle {age:.0f} s ago"
    say(f"{target.stage}: {alive}  {target.url or ''}")
    say(control_line(overview.control))
    if note := control_note(overview):
        say(note)
    table = Table("strategy", "equity", "profit", "drawdown", "trades", "open")
    for account in overview.accounts:
        table.add_row(
            escape(account.strategy),
            f"{account.equity:,.2f}",
            f"{account.equity - account.starting_cash:+,.2f}",
            f"{account.drawdown:.1%}",
            str(account.trades),
            str(len(account.positions)),
        )
    out.print(table)


@dataclass(frozen=True, slots=True)
class Lines:
    """A replayed cycle in words."""

    identical: bool
    lines: list[str]


@guarded
def replay(
    cycle: Annotated[int, typer.Argument(help="Cycle id, as listed on the dashboard")],
    stage: StageOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Decide a committed cycle again from its record.  Exit code 4: it came out differently."""
    target = find_target(stage)
    report = complete(read_cycle(target.table(), cycle))
    if report is None or report.record_key is None:
        raise NotFoundError(f"no cycle {cycle} was committed", "`bot status` shows the last one.")
    again = _replayed(target, report.record_key)
    document = {"cycle_id": cycle, "identical": again.identical, "decisions": again.lines}
    answer(document, as_json, lambda: _show_replay(cycle, again))
    if not again.identical:
        raise typer.Exit(Exit.REFUSED)


def _replayed(target: Target, key: str) -> Lines:
    from chalicelib.engine.record import replay as decide_again  # noqa: PLC0415 - loads numpy
    from chalicelib.strategies import discover  # noqa: PLC0415

    discover()
    found: Any = complete(decide_again(target.archive(), key))
    decision = found.again
    lines = [
        *(f"{s.strategy}: {settlement_text(s)}" for s in decision.settlements),
        *(f"{f.strategy}: {fill_text(f)}{_seen(f.inputs)}" for f in decision.fills),
        *(
            f"{r.strategy}: refused {r.instrument_id} ({r.code}): {r.reason}{_seen(r.inputs)}"
            for r in decision.refusals
        ),
        *(f"{f.strategy}: fault: {f.reason}" for f in decision.faults),
    ]
    return Lines(found.identical, lines)


def _seen(inputs: Mapping[str, float]) -> str:
    return f" [saw {inputs_in_words(inputs)}]" if inputs else ""


def _show_replay(cycle: int, again: Lines) -> None:
    for line in again.lines or ["nothing was traded and nothing refused"]:
        say(line)
    verdict = "identical to what was recorded" if again.identical else "DIFFERENT from the record"
    say(f"cycle {cycle}: decided again, {verdict}")
