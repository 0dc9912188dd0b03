"""How far the venues' data is believed: ``bot quality``."""

from datetime import UTC, datetime

import typer
from rich.markup import escape
from rich.table import Table

from bot.cli.options import JsonOption, StageOption
from bot.cli.output import Exit, answer, guarded, out, say
from bot.cli.target import find_target
from chalicelib.operations.quality import read_quality
from chalicelib.web import wire
from chalicelib.web.dispatch import complete
from chalicelib.web.quality_views import quality_view


@guarded
def quality(stage: StageOption = "local", as_json: JsonOption = False) -> None:
    """Show what was set aside and why.  Exit code 3: bad data keeps new positions out."""
    report = complete(read_quality(find_target(stage).table(), datetime.now(UTC)))
    shown = quality_view(report)
    answer(shown.model_dump(mode="json"), as_json, lambda: _show(shown))
    if report.pauses:
        raise typer.Exit(Exit.NOT_HEALTHY)


def _show(shown: wire.Quality) -> None:
    if shown.cycle_id is None:
        say("No cycle was committed yet.")
        return
    table = Table("venue", "data", "markets", "prices", "set aside", "bad", "by code, last hour")
    for venue in shown.venues:
        hour = ", ".join(f"{code} {number}" for code, number in venue.hour.items()) or "none"
        table.add_row(
            escape(venue.venue),
            venue.origin,
            str(venue.markets),
            str(venue.quotes),
            str(venue.quarantined),
            f"{venue.share:.1%}",
            escape(hour),
        )
    out.print(table)
    _show_consensus(shown)
    for example in shown.examples[:10]:
        say(f"{example.venue} {example.subject} ({example.code}): {example.reason}")
    for pause in (shown.house_pause, *(venue.pause for venue in shown.venues)):
        if pause is not None:
            say(f"PAUSED {pause.subject or 'the house'}: {pause.reason} ({pause.id})")


def _show_consensus(shown: wire.Quality) -> None:
    for one in shown.consensus:
        price = "no price" if one.price is None else f"{one.price.normalize():f} dollars"
        far = f", not believed: {', '.join(one.deviating)}" if one.deviating else ""
        note = f" ({one.note})" if one.note else ""
        say(f"{one.asset}: {price}, grade {one.grade}, confidence {one.confidence}{far}{note}")
