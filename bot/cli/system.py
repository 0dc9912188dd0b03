"""How the venues and the cycle are doing: ``bot system``."""

from datetime import UTC, datetime

import typer
from rich.markup import escape
from rich.table import Table

from bot.cli.options import JsonOption, StageOption
from bot.cli.output import Exit, answer, guarded, out, say
from bot.cli.target import find_target
from chalicelib.domain.health import SERVES
from chalicelib.operations.system import read_system
from chalicelib.web import wire
from chalicelib.web.dispatch import complete
from chalicelib.web.system_views import system_view


@guarded
def system(stage: StageOption = "local", as_json: JsonOption = False) -> None:
    """Show venues, requests and cycles.  Exit code 3: a venue does not serve."""
    now = datetime.now(UTC)
    target = find_target(stage)
    report = complete(read_system(target.table(), now, clock=target.clock))
    shown = system_view(report, now)
    answer(shown.model_dump(mode="json"), as_json, lambda: _show(shown))
    if any(one.health.condition not in SERVES for one in report.venues):
        raise typer.Exit(Exit.NOT_HEALTHY)


def _show(shown: wire.System) -> None:
    if shown.cycles.last_cycle is None:
        say("No cycle was committed yet.")
        return
    table = Table("venue", "data", "health", "breaker", "requests", "of limit", "set aside", "bad")
    for venue in shown.venues:
        table.add_row(*_row(venue))
    out.print(table)
    for venue in shown.venues:
        say(f"{venue.venue}: {venue.reason}{_probe(venue.breaker)}{_paused(venue)}")
    _show_cycles(shown)


def _row(venue: wire.VenueView) -> tuple[str, ...]:
    shares = [host.share for host in venue.hosts if host.share is not None]
    return (
        escape(venue.venue),
        venue.origin,
        venue.health,
        venue.breaker.state,
        f"{venue.newest.requests} ({venue.hour.requests} an hour)",
        f"{max(shares):.1%}" if shares else "no limit",
        f"{sum(venue.quarantined.values())} ({sum(venue.quarantined_hour.values())} an hour)",
        "unknown" if venue.bad_share is None else f"{venue.bad_share:.1%}",
    )


def _probe(breaker: wire.BreakerView) -> str:
    at = breaker.probe_at
    return "" if at is None else f"; tried again at {at:%Y-%m-%d %H:%M} UTC"


def _paused(venue: wire.VenueView) -> str:
    return "; paused by an operator" if venue.paused else ""


def _show_cycles(shown: wire.System) -> None:
    cycles = shown.cycles
    count = sum(cycles.outcomes.values())
    say(
        f"cycle {cycles.last_cycle}; of the last hour {count} committed, {cycles.missing} missing; "
        f"median {cycles.median_ms} ms, longest {cycles.longest_ms} ms"
    )
    say(f"outbox: {shown.outbox} entries are not in the archive yet")
