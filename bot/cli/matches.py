"""The same question at two venues: ``bot matches list``, ``show``, ``confirm``, ``reject``."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Column, Table

from bot.cli.control import ReasonOption, actor
from bot.cli.options import JsonOption, StageOption
from bot.cli.output import answer, guarded, out, say
from bot.cli.target import find_target
from chalicelib.domain.errors import InputError
from chalicelib.matching.equivalence import LABELS
from chalicelib.matching.pair import MatchedLeg, MatchedPair, MatchStatus
from chalicelib.operations.match_decisions import WantedMatch, decide_match
from chalicelib.operations.matching import read_match, read_matches
from chalicelib.web.dispatch import complete
from chalicelib.web.matching_views import known_values, match_view

matches = typer.Typer(help="The same question at two venues.", no_args_is_help=True)
IdArgument = Annotated[str, typer.Argument(help="As `bot matches list` shows it")]
StatusOption = Annotated[
    MatchStatus | None, typer.Option("--status", help="Only those of this status")
]
KnownOption = Annotated[
    list[str] | None,
    typer.Option(
        "--known", "-k",
        help="What a market's texts do not state: LEG.FIELD=VALUE, e.g. 1.void_rule='pays NO'",
    ),
]  # fmt: skip


@matches.command("list")
@guarded
def list_all(
    status: StatusOption = None, stage: StageOption = "local", as_json: JsonOption = False
) -> None:
    """Show the pairs, those to decide first."""
    found = complete(read_matches(find_target(stage).table()))
    pairs = [pair for pair in found if status is None or pair.status is status]
    answer([_document(pair) for pair in pairs], as_json, lambda: _show_all(pairs))


@matches.command()
@guarded
def show(
    match_id: IdArgument, stage: StageOption = "local", as_json: JsonOption = False
) -> None:  # fmt: skip
    """Show one pair: both texts, how each ends, what agrees and what differs."""
    pair = complete(read_match(find_target(stage).table(), match_id))
    answer(_document(pair), as_json, lambda: _show(pair))


@matches.command()
@guarded
def confirm(
    match_id: IdArgument, reason: ReasonOption, known: KnownOption = None,
    stage: StageOption = "local", as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Confirm a pair as what its verdict says; only then may a strategy trade it."""
    _decide(match_id, MatchStatus.CONFIRMED, reason, known or [], stage, as_json)


@matches.command()
@guarded
def reject(
    match_id: IdArgument, reason: ReasonOption,
    stage: StageOption = "local", as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Reject a pair; it is not proposed again."""
    _decide(match_id, MatchStatus.REJECTED, reason, [], stage, as_json)


def _decide(
    match_id: str, status: MatchStatus, reason: str, known: list[str], stage: str, as_json: bool
) -> None:
    table = find_target(stage).table()
    pair = complete(read_match(table, match_id))
    filled = _filled(pair, known)
    wanted = WantedMatch(match_id, status, pair.version, actor(), reason, filled)
    decided = complete(decide_match(table, wanted, datetime.now(UTC)))
    answer(_document(decided), as_json, lambda: say(_line(decided)))


def _filled(pair: MatchedPair, known: list[str]) -> dict[str, dict[str, object]]:
    sent: dict[str, dict[str, object]] = {}
    for entry in known:
        where, _, value = entry.partition("=")
        leg, _, field = where.partition(".")
        if leg not in ("1", "2") or field not in LABELS or not value:
            fields = ", ".join(LABELS)
            raise InputError(
                f"{entry[:80]!r} is not LEG.FIELD=VALUE", f"LEG: 1, 2. FIELD: {fields}."
            )
        sent.setdefault(pair.legs[int(leg) - 1].market_id, {})[field] = value
    return {market_id: known_values(parts) for market_id, parts in sent.items()}


def _document(pair: MatchedPair) -> dict[str, object]:
    return match_view(pair).model_dump(mode="json")


def _line(pair: MatchedPair) -> str:
    return f"{pair.pair_id}: {pair.status} as {pair.verdict.replace('_', ' ')}"


def _show_all(pairs: list[MatchedPair]) -> None:
    table = Table(Column("id", no_wrap=True), "status", "score", "verdict", "first", "second")
    for pair in pairs:
        table.add_row(
            pair.pair_id, pair.status, f"{pair.score}", pair.verdict.replace("_", " "),
            *(escape(leg.title) for leg in pair.legs),
        )  # fmt: skip
    out.print(table)


def _show(pair: MatchedPair) -> None:
    say(f"{_line(pair)}, score {pair.score}, version {pair.version}")
    for number, leg in enumerate(pair.legs, 1):
        _show_leg(number, leg)
    for name, parts in (
        ("agrees", pair.agrees), ("differs", pair.differs), ("not stated", pair.unknown),
        ("verdict", pair.reasons), ("revoked", (pair.revoked,) if pair.revoked else ()),
    ):  # fmt: skip
        if parts:
            say(f"{name}: {'; '.join(parts)}")


def _show_leg(number: int, leg: MatchedLeg) -> None:
    say(f"{number}. {leg.market_id}: {leg.title}")
    for field, label in LABELS.items():
        value = getattr(leg.record, field)
        by = " (an operator's word)" if field in leg.record.filled else ""
        say(f"   {label}: {'not stated' if value is None else value}{by}")
    if leg.rules:
        say(f"   rules: {leg.rules}")
