"""Alarms judged period by period, with gaps, M out of N and the metric math our template uses.

Stock ministack pools all points, ignores dimensions and missing data, and judges only when a
point arrives. What is here proves that an alarm is wired to the right metric; CloudWatch's own
timing may differ by a period.
"""

import asyncio
import math
import time
from collections.abc import Mapping
from typing import Any

from ministack.services import cloudwatch

from bot.cloud.emulated.judgement import Value, compute, next_state

TICK_SECONDS = 10


def install() -> None:
    """Judge alarms with the function below from now on."""
    cloudwatch._evaluate_alarm = judge


async def evaluate_regularly() -> None:
    """Judge every alarm every ten seconds: silence, too, has to be noticed."""
    while True:
        await asyncio.sleep(TICK_SECONDS)
        cloudwatch._evaluate_all_alarms()


def judge(alarm: dict[str, Any], now: float | None = None) -> None:
    """Bring one alarm's state up to date and tell its topic of a change."""
    moment = time.time() if now is None else now
    born = alarm.setdefault("_born", moment)
    new = next_state(alarm, values(alarm, moment), young=moment - born < _span(alarm))
    old = alarm["StateValue"]
    if new == old:
        return
    reason = f"{new} after {alarm['EvaluationPeriods']} periods"
    alarm.update(StateValue=new, StateReason=reason, StateUpdatedTimestamp=int(moment))
    cloudwatch._record_history(alarm["AlarmName"], old, new, reason)
    cloudwatch._dispatch_alarm_actions(alarm, old, new, reason)
    cloudwatch._evaluate_parent_alarms(alarm)


def values(alarm: Mapping[str, Any], now: float) -> list[Value]:
    """The alarm's metric in each of its periods, newest first; None where nothing was sent."""
    stretch = range(int(alarm["EvaluationPeriods"]))
    period = _period(alarm)
    # The period that is still open counts from the moment it holds a point.
    end = (math.floor(now / period) + 1) * period
    newest = _value(alarm, end - period, end)
    if newest is None or newest == 0:
        end -= period
    return [_value(alarm, end - (i + 1) * period, end - i * period) for i in stretch]


def _period(alarm: Mapping[str, Any]) -> int:
    for metric in alarm.get("Metrics") or []:
        if "MetricStat" in metric:
            return int(metric["MetricStat"]["Period"])
    return int(alarm["Period"])


def _span(alarm: Mapping[str, Any]) -> int:
    return _period(alarm) * int(alarm["EvaluationPeriods"])


def _value(alarm: Mapping[str, Any], start: float, end: float) -> Value:
    metrics = alarm.get("Metrics")
    if not metrics:
        statistic = alarm.get("ExtendedStatistic") or alarm["Statistic"]
        return _statistic(alarm, statistic, start, end)
    named: dict[str, Value] = {
        m["Id"]: _statistic(m["MetricStat"]["Metric"], m["MetricStat"]["Stat"], start, end)
        for m in metrics
        if "MetricStat" in m
    }
    (result,) = [m["Expression"] for m in metrics if m.get("ReturnData", True)]
    return compute(result, named)


def _statistic(metric: Mapping[str, Any], statistic: str, start: float, end: float) -> Value:
    wanted = {d["Name"]: d["Value"] for d in metric.get("Dimensions") or []}
    points = [
        point
        for (namespace, name, _), kept in list(cloudwatch._metrics.items())
        if namespace == metric["Namespace"] and name == metric["MetricName"]
        for point in list(kept)
        if start <= point["Timestamp"] < end and (point.get("Dimensions") or {}) == wanted
    ]
    if not points:
        return None
    found = cloudwatch._stat_value(cloudwatch._calc_stats(points), statistic, points)
    return None if found is None else float(found)
