"""The tables, archives and ledgers that tests here run on."""

import pytest

from chalicelib.aws import rows
from chalicelib.aws.ledger import TableLedger
from chalicelib.aws.table import Put, Table
from tests.builders import control
from tests.cloud_fixtures import (  # noqa: F401
    deployed,
    emulator,
    emulator_dynamodb,
    emulator_table,
    memory_archive,
    memory_table,
    moto,
    moto_archive,
    moto_table,
    run,
)
from tests.unit.aws.ledgers import SECONDS


@pytest.fixture(params=["memory", "moto", pytest.param("emulator", marks=pytest.mark.loopback)])
def table(request: pytest.FixtureRequest) -> Table:
    found: Table = request.getfixturevalue(f"{request.param}_table")
    run(found.write(Put("control", rows.control_item(control()))))
    return found


@pytest.fixture
def ledger(table: Table) -> TableLedger:
    return TableLedger(table, SECONDS)
