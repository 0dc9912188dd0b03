"""After a kill or a flatten nothing trades by itself: strategies wait for an operator."""

import pytest

from bot.simulator.memory import MemoryTable
from chalicelib.aws import rows
from chalicelib.aws.table import Table
from chalicelib.domain.control import Control, ControlState
from chalicelib.domain.cycle import Config, StrategySetting
from chalicelib.domain.risk import RiskLimits
from chalicelib.operations.configuration import enable_all
from chalicelib.operations.control import WantedControl, change_control, read_control
from chalicelib.operations.meaning import control_note
from chalicelib.operations.reading import read_overview
from chalicelib.operations.strategies import read_config
from chalicelib.strategies import discover
from tests.builders import NOW, control
from tests.cloud_fixtures import run
from tests.unit.operations.risk_samples import audited, flat, holding, put, store, told

RUNNING, PAUSED = ControlState.RUNNING, ControlState.PAUSED
FLATTENING, KILLED = ControlState.FLATTENING, ControlState.KILLED
CHOSEN = {"momentum": StrategySetting(True, False, {"window": 4}), "own": StrategySetting(True)}


@pytest.fixture(params=["memory", "moto"])
def table(request: pytest.FixtureRequest) -> Table:
    return request.getfixturevalue(f"{request.param}_table")


def change(table: Table, state: ControlState) -> Control:
    version = run(read_control(table)).version if state in (RUNNING, PAUSED) else None
    return run(change_control(table, WantedControl(state, "said so", "ann", version), NOW))


def enabled(table: Table) -> set[str]:
    config = run(read_config(table))
    return {name for name in (*discover(), *config.strategies) if config.setting(name).enabled}


def note(table: Table) -> str:
    return control_note(run(read_overview(table)))


@pytest.mark.parametrize("stopped", [KILLED, FLATTENING])
@pytest.mark.parametrize("next_", [RUNNING, PAUSED])
def test_leaving_a_kill_or_a_flatten_disables_every_strategy(
    table: Table, stopped: ControlState, next_: ControlState
) -> None:
    put(table, rows.config_item(Config(CHOSEN, RiskLimits(), 4)))
    put(table, rows.control_item(control(stopped, 3)))
    change(table, next_)
    assert enabled(table) == set()
    config = run(read_config(table))
    assert config.version == 5
    assert config.setting("momentum").params == {"window": 4}
    assert set(config.strategies) == {*discover(), "own"}
    assert "every strategy stays disabled" in told(table)[0]
    assert "every strategy is disabled" in note(table)


def test_the_very_first_start_disables_nothing(table: Table) -> None:
    change(table, RUNNING)
    assert enabled(table) == set(discover())
    assert note(table) == ""


def test_start_after_a_kill_that_came_first_disables(table: Table) -> None:
    change(table, KILLED)
    change(table, RUNNING)
    assert enabled(table) == set()


def test_start_over_a_control_row_that_cannot_be_read_disables(table: Table) -> None:
    put(table, {**rows.control_item(control()), "state": "WALKING"})
    change(table, RUNNING)
    assert enabled(table) == set()


def test_resume_after_a_pause_goes_on_as_before(table: Table) -> None:
    put(table, rows.control_item(control(RUNNING)))
    change(table, PAUSED)
    change(table, RUNNING)
    assert enabled(table) == set(discover())
    assert run(read_config(table)).version == 0


def test_flatten_and_kill_need_no_version_and_leave_the_settings_alone(table: Table) -> None:
    put(table, rows.control_item(control(RUNNING)))
    assert change(table, FLATTENING).state is FLATTENING
    assert change(table, KILLED).state is KILLED
    assert run(read_config(table)).version == 0


def test_enable_all_is_one_audited_change(table: Table) -> None:
    put(table, rows.control_item(control(KILLED)))
    change(table, RUNNING)
    run(enable_all(table, "ann", "looked into it", NOW))
    assert enabled(table) == set(discover())
    assert ("strategy", "all strategies enabled: looked into it") in audited(table)


def test_resume_and_disabling_are_one_transaction() -> None:
    class Overtaken(MemoryTable):
        """Another operator changes the settings just before the resume is written."""

        done = False

        async def transact(self, writes, token):  # type: ignore[no-untyped-def]
            if not self.done:
                self.done = True
                self._store(
                    rows.CONFIG_KEY, rows.config_item(Config(dict(CHOSEN), RiskLimits(), 9))
                )
            await super().transact(writes, token)

    table = Overtaken()
    table._store(rows.CONTROL_KEY, rows.control_item(control(KILLED)))
    assert change(table, RUNNING).state is RUNNING
    assert enabled(table) == set()
    assert run(read_config(table)).version == 10


def test_flatten_tells_how_far_it_has_come(table: Table) -> None:
    store(table, holding(), state=FLATTENING)
    assert note(table) == "flattening: 1 positions left"
    store(table, flat(), state=FLATTENING)
    assert note(table) == "flat: nothing is held"
