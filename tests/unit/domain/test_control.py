"""The switch: what each state lets through, and that anything unreadable means KILLED."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.aws.rows import control_from, control_item
from chalicelib.domain.control import ControlState
from chalicelib.domain.order import Purpose
from tests.builders import control

GOOD = control_item(control(ControlState.RUNNING, 7))

RUNNING, PAUSED, KILLED = ControlState.RUNNING, ControlState.PAUSED, ControlState.KILLED
ENTRY, EXIT, UNWIND = Purpose.ENTRY, Purpose.EXIT, Purpose.UNWIND

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(
        ["RUNNING", "PAUSED", "KILLED", "running", "2026-01-01", NotImplemented, b"x"]
    )
    | st.datetimes().map(lambda moment: moment.isoformat()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("state", "allowed", "settles"),
    [
        (RUNNING, {ENTRY, EXIT, UNWIND, Purpose.FLATTEN}, True),
        (PAUSED, {EXIT, UNWIND, Purpose.FLATTEN}, True),
        (ControlState.FLATTENING, {Purpose.FLATTEN}, True),
        (KILLED, set(), False),
    ],
)
def test_control_lets_through_exactly_what_its_state_allows(
    state: ControlState, allowed: set[Purpose], settles: bool
) -> None:
    switch = control(state)
    assert {purpose for purpose in Purpose if switch.allows(purpose)} == allowed
    assert switch.allows_settlement is settles


@pytest.mark.parametrize("state", list(ControlState))
def test_control_row_reads_back_as_it_was_written(state: ControlState) -> None:
    assert control_from(control_item(control(state, 3))) == control(state, 3)


def test_control_missing_is_killed_and_says_how_to_start() -> None:
    switch = control_from(None)
    assert (switch.state, switch.version) == (KILLED, 0)
    assert "bot resume" in switch.reason


@pytest.mark.parametrize("field", ["state", "version", "schema", "reason", "actor", "changed_at"])
def test_control_row_without_a_field_is_killed(field: str) -> None:
    switch = control_from({name: value for name, value in GOOD.items() if name != field})
    assert (switch.state, switch.version) == (KILLED, 0)


@given(st.sampled_from(["state", "version", "schema", "reason", "actor", "changed_at"]), anything)
def test_control_row_with_any_one_field_damaged_never_trades(field: str, value: Any) -> None:
    switch = control_from({**GOOD, field: value})
    if switch.version != 0:
        assert control_item(switch) == {**GOOD, field: value} or is_the_same_time(field, value)
        return
    assert switch.state is KILLED


def is_the_same_time(field: str, value: Any) -> bool:
    """Whether it is a time with a zone, written another way."""
    return field == "changed_at" and isinstance(value, str)


@given(st.dictionaries(st.sampled_from([*GOOD, "extra"]), anything))
def test_control_row_of_arbitrary_content_is_killed_without_a_version(item: dict[str, Any]) -> None:
    switch = control_from(item)
    assert (switch.state, switch.version) == (KILLED, 0)
    assert not any(switch.allows(purpose) for purpose in Purpose)


@pytest.mark.parametrize("version", [0, -1, True, 1.0, "1", None])
def test_control_version_that_is_not_a_positive_whole_number_is_killed(version: Any) -> None:
    assert control_from({**GOOD, "version": version}).state is KILLED


@pytest.mark.parametrize("schema", [0, 2, True, "1", 1.0])
def test_control_of_another_schema_is_killed(schema: Any) -> None:
    assert control_from({**GOOD, "schema": schema}).state is KILLED


def test_control_time_without_a_zone_is_killed() -> None:
    assert control_from({**GOOD, "changed_at": "2026-09-28T12:00:00"}).state is KILLED
