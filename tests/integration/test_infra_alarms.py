"""How the local cloud judges an alarm: period by period, with silence counted as it says."""

import pytest

from bot.cloud.emulated.judgement import compute, next_state

HEARTBEAT = {
    "StateValue": "INSUFFICIENT_DATA",
    "EvaluationPeriods": 5,
    "Threshold": 1.0,
    "ComparisonOperator": "LessThanThreshold",
    "TreatMissingData": "breaching",
}


def test_heartbeat_that_beats_is_ok() -> None:
    assert next_state(HEARTBEAT, [1.0, 1.0, 30.0, 1.0, 1.0], young=False) == "OK"


def test_heartbeat_that_went_silent_is_an_alarm() -> None:
    assert next_state(HEARTBEAT, [None] * 5, young=False) == "ALARM"


def test_new_alarm_does_not_hold_old_silence_against_anyone() -> None:
    assert next_state(HEARTBEAT, [None] * 5, young=True) == "INSUFFICIENT_DATA"


def test_one_missed_beat_is_no_alarm() -> None:
    assert next_state(HEARTBEAT, [1.0, None, 1.0, 1.0, 1.0], young=False) == "OK"


def test_m_of_n_periods_are_enough() -> None:
    alarm = {**HEARTBEAT, "DatapointsToAlarm": 4}
    assert next_state(alarm, [0.0, 0.0, 1.0, 0.0, 0.0], young=False) == "ALARM"


def test_errors_that_nobody_reports_are_no_errors() -> None:
    alarm = {
        **HEARTBEAT,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
    }
    assert next_state(alarm, [None] * 5, young=False) == "OK"


def test_filled_gap_counts_as_zero() -> None:
    assert compute("FILL(committed, 0)", {"committed": None}) == 0.0
    assert compute("FILL(committed, 0)", {"committed": 3.0}) == 3.0


def test_share_of_failures_of_no_calls_is_zero() -> None:
    share = "IF(calls > 0, failed / calls, 0)"
    assert compute(share, {"calls": 0.0, "failed": 0.0}) == 0.0
    assert compute(share, {"calls": 4.0, "failed": 1.0}) == 0.25


def test_metric_math_beyond_what_is_known_is_refused() -> None:
    with pytest.raises(ValueError, match="not known to the local cloud"):
        compute("ANOMALY_DETECTION_BAND(a)", {"a": 1.0})
