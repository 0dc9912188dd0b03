"""All commands of ``bot``, in the order in which a new user meets them."""

import typer

from bot.cli import (
    accounts,
    backtest,
    bounds,
    control,
    deployment,
    doctor,
    exchanges,
    forecast,
    holdings,
    local,
    look,
    matches,
    quality,
    risk,
    simulate,
    strategies,
    strategy,
    system,
    tape,
    tape_in,
    tokens,
    verify,
)

app = typer.Typer(
    name="bot",
    help="Paper-trade many strategies at once over prediction markets. Never real money.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=True,
)
app.callback()(strategy.find_own)
app.command()(local.up)
app.command()(local.down)
app.command()(look.status)
app.command()(control.kill)
app.command()(control.pause)
app.command()(control.resume)
app.add_typer(strategies.strategies, name="strategies")
app.add_typer(strategy.strategy, name="strategy")
app.add_typer(bounds.venues, name="venues")
app.command()(risk.risk)
app.add_typer(bounds.house, name="house")
app.add_typer(risk.protections, name="protections")
app.command()(quality.quality)
app.command()(system.system)
app.add_typer(accounts.account, name="account")
app.command()(holdings.positions)
app.add_typer(holdings.orders, name="orders")
app.add_typer(matches.matches, name="matches")
app.add_typer(tokens.tokens, name="token")
app.command()(backtest.backtest)
app.command()(look.replay)
app.command()(verify.export)
app.command()(verify.verify)
tape.tape.command()(tape_in.export)
tape.tape.command("import")(tape_in.import_file)
tape.tape.command()(tape_in.fetch)
app.add_typer(tape.tape, name="tape")
app.command()(simulate.sim)
app.command()(forecast.forecast)
app.add_typer(exchanges.exchanges, name="exchanges")
app.command()(doctor.doctor)
app.command()(deployment.deploy)
app.command()(deployment.destroy)


def main() -> None:
    """Run the command line."""
    app()
