"""The simulator is worth something only if it sees what unsafe code does."""

import pytest

from bot.simulator.mutants import COVERED, CYCLES, CYCLES_IF_COVERED, MUTANTS, Mutant, hunt
from bot.simulator.simulate import simulate
from chalicelib.aws.ledger import TableLedger
from chalicelib.engine import cycle


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_mutant_is_caught(mutant: Mutant) -> None:
    assert hunt(mutant, CYCLES).caught


@pytest.mark.parametrize("mutant", COVERED, ids=lambda mutant: mutant.name)
def test_single_guard_that_another_one_covers_does_no_harm_when_it_is_gone(mutant: Mutant) -> None:
    assert hunt(mutant, CYCLES_IF_COVERED // 2).where == ""


def test_patches_leave_nothing_behind() -> None:
    before = (TableLedger.commit, TableLedger.load, cycle.publish, cycle.decide)
    for mutant in (*MUTANTS, *COVERED):
        with mutant.patch():
            continue
    assert (TableLedger.commit, TableLedger.load, cycle.publish, cycle.decide) == before
    assert simulate(0, 50).sound
