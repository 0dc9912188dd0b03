"""Take the books out and check them without us: ``bot export`` and ``bot verify``."""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import JsonOption, StageOption
from bot.cli.output import Exit, answer, guarded, say
from bot.cli.target import find_target
from chalicelib.aws import rows
from chalicelib.domain.errors import InputError, StoreError
from chalicelib.domain.order import Fill, Settlement
from chalicelib.domain.portfolio import Account
from chalicelib.engine.publish import LINES, compressed
from chalicelib.engine.reconcile import Entry, compare, rank
from chalicelib.operations.reading import read_overview
from chalicelib.operations.reconciliation import Checked, check_accounts, read_entries
from chalicelib.web.dispatch import complete

ACCOUNTS = "accounts.json"


@guarded
def export(
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder to write into")],
    stage: StageOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Write all accounts and their whole trade log into files that `bot verify` reads."""
    table = find_target(stage).table()
    accounts = complete(read_overview(table)).accounts
    trades = out / "trades"
    trades.mkdir(parents=True, exist_ok=True)
    documents = [json.loads(rows.ACCOUNT.text(account)) for account in accounts]
    (out / ACCOUNTS).write_text(json.dumps(documents, indent=1) + "\n", "utf-8")
    written = 0
    for account in accounts:
        entries = complete(read_entries(table, account.strategy, whole=True))
        (trades / f"{account.strategy}.jsonl.gz").write_bytes(compressed(entries))
        written += len(entries)
    document = {"folder": str(out), "accounts": len(accounts), "trades": written}
    answer(
        document, as_json,
        lambda: say(f"{len(accounts)} accounts, {written} trades. Check: bot verify {out}"),
    )  # fmt: skip


@guarded
def verify(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Folders or files that `bot export` wrote")
    ] = None,
    stage: StageOption = "local",
    as_json: JsonOption = False,
) -> None:
    """Recompute every account from its trade log.  Exit code 4: an account differs from it.

    With files it needs no AWS and no running product; without files it reads the stage.
    """
    checked = check_files(files) if files else _check_stage(stage)
    document = {
        "sound": checked.sound,
        "accounts": checked.accounts,
        "trades": checked.trades,
        "drifts": [asdict(drift) for drift in checked.drifts],
    }
    answer(document, as_json, lambda: _show(checked))
    if not checked.sound:
        raise typer.Exit(Exit.REFUSED)


def _check_stage(stage: str) -> Checked:
    return complete(check_accounts(find_target(stage).table()))


def _show(checked: Checked) -> None:
    for drift in checked.drifts:
        say(drift.text)
    found = "every account is what its trades say" if checked.sound else "DRIFT"
    say(f"{checked.accounts} accounts recomputed from {checked.trades} trades: {found}")


def check_files(paths: list[Path]) -> Checked:
    """Recompute the accounts in these files from the trade logs in them."""
    found = [file for path in paths for file in _files(path)]
    accounts = [a for file in found if file.name == ACCOUNTS for a in _accounts(file)]
    if not accounts:
        raise InputError(
            f"there is no {ACCOUNTS} among these files", "Make one: bot export --out FOLDER."
        )
    logs: defaultdict[str, dict[str, Entry]] = defaultdict(dict)
    for file in found:
        if file.name != ACCOUNTS:
            for identity, entry in _entries(file):
                logs[entry.strategy].setdefault(identity, entry)
    drifts = [d for a in accounts for d in compare(a, _in_order(logs[a.strategy]))]
    counted = sum(len(logs[account.strategy]) for account in accounts)
    return Checked(len(accounts), counted, tuple(drifts))


def _in_order(log: dict[str, Entry]) -> list[Entry]:
    """Oldest cycle first; within one as it was booked, fills in the order of the files."""
    return sorted(log.values(), key=lambda entry: (entry.cycle_id, rank(entry)))


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted([*path.rglob(ACCOUNTS), *path.rglob("*.jsonl.gz"), *path.rglob("*.jsonl")])
    if not path.exists():
        raise InputError(f"there is no {path}", "Make it: bot export --out FOLDER.")
    return [path]


def _accounts(file: Path) -> list[Account]:
    try:
        documents = json.loads(file.read_text("utf-8"))
        return [rows.ACCOUNT.decode(json.dumps(document)) for document in documents]
    except (ValueError, TypeError, StoreError) as exc:
        raise InputError(f"{file} holds no accounts: {exc}", "Export it again.") from exc


def _entries(file: Path) -> Iterator[tuple[str, Entry]]:
    body = file.read_bytes()
    try:
        text = gzip.decompress(body) if file.suffix == ".gz" else body
        for line in text.splitlines():
            document = json.loads(line)
            entry: Entry = LINES[document["kind"]].decode(json.dumps(document["trade"]))
            yield _identity(entry), entry
    except (OSError, EOFError, ValueError, KeyError, TypeError, StoreError) as exc:
        raise InputError(f"{file} is no trade log: {exc}", "Export it again.") from exc


def _identity(entry: Entry) -> str:
    if isinstance(entry, Fill):
        return entry.fill_id
    return entry.settlement_id if isinstance(entry, Settlement) else entry.event_id
