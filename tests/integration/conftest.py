"""The tables and archives that tests here run on."""

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
)
from tests.integration.product import product  # noqa: F401
