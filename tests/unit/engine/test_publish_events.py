"""What an operator did to an account reaches the archive as trades do: once, whatever dies."""

import gzip
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.cli.verify import check_files
from chalicelib.aws import rows
from chalicelib.domain.control import ControlState
from chalicelib.domain.errors import StoreUnavailable
from chalicelib.engine.publish import trade_log_key
from chalicelib.operations.accounts import WantedReset, reset_account
from chalicelib.operations.funding import WantedFunding, fund_account
from chalicelib.operations.reading import read_overview
from chalicelib.ports import OutboxEntry
from tests.builders import CYCLE, NOW, control
from tests.cloud_fixtures import run
from tests.unit.engine.test_cycle import Machine

PAIRS = "yes-no-arbitrage"
HELD = CYCLE + 5
"""The cycle in which the machine buys a pair."""


def machine() -> Machine:
    """A machine that has bought, and is KILLED, so that what it holds may be written off."""
    made = Machine()
    for cycle in range(CYCLE, HELD + 1):
        made.run(cycle)
    stopped = rows.control_item(control(ControlState.KILLED, 2))
    made.table._store(rows.CONTROL_KEY, stopped)
    return made


def fund(on: Machine, amount: int) -> None:
    wanted = WantedFunding(PAIRS, Decimal(amount), "ann (1)", "more room")
    run(fund_account(on.table, wanted, NOW))


def reset(on: Machine, cash: int) -> None:
    run(reset_account(on.table, WantedReset(PAIRS, Decimal(cash), "ann (1)", "anew"), NOW))


def lines(on: Machine) -> list[dict[str, Any]]:
    """Every line of the archived log, oldest key first."""
    logs = (body for key, body in sorted(on.archive.objects.items()) if key.startswith("trades/"))
    return [json.loads(line) for body in logs for line in gzip.decompress(body).splitlines()]


def kinds(on: Machine) -> list[str]:
    return [line["kind"] for line in lines(on)]


def outbox(on: Machine) -> tuple[OutboxEntry, ...]:
    return run(on.runtime.ledger.load()).outbox


def test_reset_and_fundings_are_archived_by_the_next_cycle_even_when_killed() -> None:
    on = machine()
    fund(on, 500)
    reset(on, 700)
    fund(on, -50)
    assert kinds(on) == ["fill", "fill"]
    assert len(outbox(on)) == 3

    on.run(HELD + 1)

    assert sorted(kinds(on)) == ["fill", "fill", "funding", "funding", "reset"]
    assert outbox(on) == ()
    amounts = [line["trade"]["amount"] for line in lines(on) if line["kind"] == "funding"]
    assert sorted(amounts) == ["-50.000000", "500.000000"]


def test_event_written_in_the_same_transaction_as_the_account_is_never_lost() -> None:
    on = machine()
    real = on.table.transact

    async def dies(_writes: Any, _token: str) -> None:
        raise StoreUnavailable("the connection is gone")

    on.table.transact = dies  # type: ignore[method-assign]
    with pytest.raises(StoreUnavailable):
        reset(on, 700)
    on.table.transact = real  # type: ignore[method-assign]
    assert outbox(on) == ()
    on.run(HELD + 1)
    assert "reset" not in kinds(on)


@pytest.mark.parametrize("call", ["archive.put_once", "ledger.acknowledge"])
def test_event_whose_publication_was_cut_off_is_published_once_by_the_next_cycle(call: str) -> None:
    on = machine()
    reset(on, 700)
    part, name = call.split(".")
    target = getattr(on.runtime, part)
    real = getattr(target, name)

    async def dies(*_: Any) -> None:
        raise StoreUnavailable("the machine is gone")

    setattr(target, name, dies)
    with pytest.raises(StoreUnavailable):
        on.run(HELD + 1)
    setattr(target, name, real)
    assert len(outbox(on)) == 1

    on.run(HELD + 2)

    assert kinds(on).count("reset") == 1
    assert outbox(on) == ()


def test_events_of_one_cycle_have_keys_of_their_own() -> None:
    on = machine()
    fund(on, 5)
    fund(on, 5)
    names = [entry.name for entry in outbox(on)]
    assert len({trade_log_key(entry) for entry in outbox(on)}) == 2
    assert all(name.startswith(f"{PAIRS}-funding-") for name in names)


def test_archived_log_alone_verifies_the_accounts(tmp_path: Path) -> None:
    on = machine()
    fund(on, 500)
    on.run(HELD + 1)
    fund(on, -20)
    on.run(HELD + 2)
    folder = exported(on, tmp_path)
    assert check_files([folder]).sound
    assert check_files([folder]).trades == 4

    sorted(folder.rglob("*-funding-*.jsonl.gz"))[0].unlink()
    assert [d.what for d in check_files([folder]).drifts] == ["starting cash", "funding", "cash"]


def test_archived_log_verifies_events_of_one_cycle_in_the_order_in_which_they_were_made(
    tmp_path: Path,
) -> None:
    on = machine()
    for n in range(12):  # so that names sort otherwise than versions
        fund(on, 1 + n)
    reset(on, 700)
    fund(on, 3)
    on.run(HELD + 1)
    assert check_files([exported(on, tmp_path)]).sound


def exported(on: Machine, folder: Path) -> Path:
    """The archive's log as files, and the accounts beside it."""
    for key, body in on.archive.objects.items():
        if key.startswith("trades/"):
            (folder / key).parent.mkdir(parents=True, exist_ok=True)
            (folder / key).write_bytes(body)
    accounts = run(read_overview(on.table)).accounts
    documents = [json.loads(rows.ACCOUNT.text(account)) for account in accounts]
    (folder / "accounts.json").write_text(json.dumps(documents))
    return folder
