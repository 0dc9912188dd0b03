"""Who may call the API: ``bot token create``, ``list``, ``revoke``."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from bot.cli.control import actor
from bot.cli.options import JsonOption, StageOption
from bot.cli.output import answer, err, guarded, out, say
from bot.cli.target import find_target
from chalicelib.operations.tokens import Token, create_token, list_tokens, revoke_token
from chalicelib.web.dispatch import complete

tokens = typer.Typer(help="Bearer tokens for the dashboard and the API.", no_args_is_help=True)


@tokens.command()
@guarded
def create(
    role: Annotated[str, typer.Option(help="viewer, operator or admin")] = "operator",
    label: Annotated[str, typer.Option(help="Whose it is", min=1)] = "dashboard",
    days: Annotated[int, typer.Option(help="Days until it expires")] = 30,
    stage: StageOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Make a token. It is shown once: only its hash is stored."""
    target = find_target(stage)
    secret, token = complete(
        create_token(target.table(), role, label, days, actor(), datetime.now(UTC))
    )
    document = {"token": secret, **token_document(token)}
    answer(document, as_json, lambda: _show_new(secret, token))


def _show_new(secret: str, token: Token) -> None:
    say(secret)
    err.print(f"{token.role} token {token.token_id}, until {token.expires_at:%Y-%m-%d}")


@tokens.command("list")
@guarded
def list_all(stage: StageOption = "local", as_json: JsonOption = False) -> None:
    """Show all tokens; never their secrets."""
    found = complete(list_tokens(find_target(stage).table()))
    answer([token_document(t) for t in found], as_json, lambda: _show(found))


@tokens.command()
@guarded
def revoke(
    token_id: Annotated[str, typer.Argument(help="The id, or its beginning")],
    stage: StageOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Make a token useless at once."""
    token = complete(revoke_token(find_target(stage).table(), token_id, actor(), datetime.now(UTC)))
    answer(token_document(token), as_json, lambda: say(f"revoked {token.token_id} ({token.label})"))


def token_document(token: Token) -> dict[str, object]:
    """A token as JSON, without its hash."""
    document = asdict(token)
    del document["digest"]
    return document


def _show(found: list[Token]) -> None:
    table = Table("id", "role", "label", "expires", "revoked")
    for token in found:
        revoked = f"{token.revoked_at:%Y-%m-%d %H:%M}" if token.revoked_at else ""
        table.add_row(
            token.token_id, token.role, token.label, f"{token.expires_at:%Y-%m-%d}", revoked
        )
    out.print(table)
