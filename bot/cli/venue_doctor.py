"""``bot doctor --venues``: which venues are asked, and their answers as a text or a document."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict

import typer
from rich.markup import escape

from bot.cli.output import Exit, answer, out
from bot.cli.target import checkout
from bot.cli.venue_check import HostAsked, Step, VenueCheck, check_venues
from bot.cloud import record
from bot.cloud.layout import Layout
from chalicelib.domain.quarantine import Quarantined
from chalicelib.settings import CLOCK_VARIABLE, GATEWAY_VARIABLE
from chalicelib.venues import known_venues
from chalicelib.venues.connection import shared_client

OFFLINE = "recorded"
"""It answers from a file, and nothing of it can be out of reach."""

MOST_SHOWN = 3
"""Refusals that are printed of each venue; the document has all."""


def examine_venues(wanted: Sequence[str], environment: Mapping[str, str], as_json: bool) -> None:
    """Ask the venues and tell. Raises typer.Exit(1) when one of them failed."""
    names = wanted or configured_venues(environment)
    _go_as_the_local_cloud_goes(environment)
    checks = asyncio.run(_checked(names, environment))
    answer([_document(check) for check in checks], as_json, lambda: _show_all(checks))
    if not all(check.ok for check in checks):
        raise typer.Exit(Exit.FAILED)


async def _checked(names: Sequence[str], environment: Mapping[str, str]) -> Sequence[VenueCheck]:
    try:
        return await check_venues(names, environment)
    finally:
        await shared_client().aclose()


def _go_as_the_local_cloud_goes(environment: Mapping[str, str]) -> None:
    """Ask simulated venues where the local cloud does, unless the environment says otherwise."""
    note = record.read(Layout(checkout()))
    if not note or not note.gateway or environment.get("VENUES"):
        return
    if os.environ.setdefault(GATEWAY_VARIABLE, note.gateway) == note.gateway:
        os.environ.setdefault(CLOCK_VARIABLE, note.market_clock)


def configured_venues(environment: Mapping[str, str]) -> list[str]:
    """Those of VENUES, else those of the local cloud, else all; never the recorded one."""
    note = record.read(Layout(checkout()))
    chosen = environment.get("VENUES") or (note.venues if note else "")
    names = [name.strip() for name in chosen.split(",")]
    online = [name for name in names if name and name != OFFLINE]
    return online or [name for name in known_venues() if name != OFFLINE]


def _document(check: VenueCheck) -> dict[str, object]:
    return {**asdict(check), "ok": check.ok}


def _show_all(checks: Sequence[VenueCheck]) -> None:
    for check in checks:
        _show(check)


def _show(check: VenueCheck) -> None:
    out.print(f"{_sign(check.ok)} [bold]{escape(check.venue)}[/]")
    for step in check.steps:
        _show_step(step)
    for host in check.hosts:
        out.print(f"    [dim]{escape(_asked(host))}[/]", soft_wrap=True)
    _show_set_aside(check.quarantined)


def _show_step(step: Step) -> None:
    kind = f"{step.kind}: " if step.kind else ""
    text = escape(f"{step.name} {step.milliseconds} ms: {kind}{step.text}")
    out.print(f"  {_sign(step.ok)} {text}", soft_wrap=True)
    if step.hint and not step.ok:
        out.print(f"    [dim]next:[/] {escape(step.hint)}", soft_wrap=True)


def _asked(host: HostAsked) -> str:
    share = "no documented limit" if host.share is None else f"{host.share:.2%} of a minute's limit"
    failed = ", ".join(f"{count} {kind}" for kind, count in host.errors.items())
    name = f"{host.host} at {host.address}"
    return f"{name}: {host.requests} requests, {share}{f'; failed: {failed}' if failed else ''}"


def _show_set_aside(quarantined: Sequence[Quarantined]) -> None:
    if not quarantined:
        return
    out.print(f"    {len(quarantined)} set aside")
    for refusal in quarantined[:MOST_SHOWN]:
        out.print(f"    [dim]{escape(f'{refusal.subject}: {refusal.reason}')}[/]", soft_wrap=True)


def _sign(ok: bool) -> str:
    return "[green]✓[/]" if ok else "[red]✗[/]"
