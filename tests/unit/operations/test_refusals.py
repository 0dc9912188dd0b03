"""Refused orders, read back from the summaries of cycles, whatever the page size."""

from dataclasses import replace

import pytest

from chalicelib.aws import rows
from chalicelib.aws.table import Put, Table
from chalicelib.domain.cycle import CycleOutcome, CycleReport, cycle_time
from chalicelib.domain.errors import InputError
from chalicelib.domain.order import Refusal
from chalicelib.operations.refusals import list_refusals, recent_refusals
from tests.builders import CYCLE, NOW, YES
from tests.cloud_fixtures import run

COUNTS = [0, 3, 0, 1, 20, 2, 0, 5]
"""Refusals of the newest cycle, of the one before it, and so on."""


@pytest.fixture(params=["memory", "moto"])
def table(request: pytest.FixtureRequest) -> Table:
    found: Table = request.getfixturevalue(f"{request.param}_table")
    for back, count in enumerate(COUNTS):
        refused = tuple(Refusal("test", YES, f"code-{n % 2}", f"{n}") for n in range(count))
        codes = {f"code-{n}": sum(r.code == f"code-{n}" for r in refused) for n in (0, 1)}
        cycle = CYCLE - back
        report = CycleReport(
            cycle, cycle_time(cycle), CycleOutcome.COMMITTED, "schedule", committed_at=NOW,
            refusals={c: n for c, n in codes.items() if n}, refused=refused,
        )  # fmt: skip
        run(found.write(Put("summary", rows.cycle_item(report, NOW))))
    return found


def walked(table: Table, limit: int) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    cursor: str | None = None
    while True:
        page = run(list_refusals(table, CYCLE, limit, cursor, NOW))
        assert len(page.items) <= limit or cursor is None
        assert len(page.items) <= limit
        found.extend((r.cycle_id, r.refusal.reason) for r in page.items)
        cursor = page.cursor
        if cursor is None:
            return found


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 20, 31, 200])
def test_refusals_are_listed_newest_first_once_each(table: Table, limit: int) -> None:
    expected = [
        (CYCLE - back, f"{n}") for back, count in enumerate(COUNTS) for n in reversed(range(count))
    ]
    assert walked(table, limit) == expected


def test_refusals_are_counted_by_reason_most_often_first(table: Table) -> None:
    assert run(recent_refusals(table, CYCLE, 5, NOW)) == {"code-0": 13, "code-1": 11}


def test_refusals_of_a_system_that_never_ran_are_none(table: Table) -> None:
    assert run(list_refusals(table, None, 5, None, NOW)).items == []
    assert run(recent_refusals(table, None, 5, NOW)) == {}


@pytest.mark.parametrize("cursor", ["x", "1", "1.x", ".", "1.2.3"])
def test_refusals_at_a_place_that_is_none_are_refused(table: Table, cursor: str) -> None:
    with pytest.raises(InputError):
        run(list_refusals(table, CYCLE, 5, cursor, NOW))


def test_summary_of_old_without_refusals_still_reads(table: Table) -> None:
    item = run(table.get(rows.cycle_key(CYCLE)))
    assert item is not None
    body = item["body"].replace(',"refused":[]', "")
    assert "refused" not in body
    run(table.write(Put("summary", {**item, "body": body})))
    assert rows.report_from({**item, "body": body}).refused == ()
    assert replace(rows.report_from(item)).refused == ()
