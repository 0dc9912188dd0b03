"""Metrics as CloudWatch would have them, and a bound on what is kept.

Stock ministack counts an invocation only when it comes through the Invoke call, never reads the
metrics that functions write into their log (embedded metric format), opens a log stream per
invocation and forgets nothing.
"""

import asyncio
import json
import os
import time
from typing import Any

from ministack.services import cloudwatch, cloudwatch_logs, lambda_svc, s3

KEEP_METRICS_SECONDS = 2 * 3600
KEEP_STREAMS = 500
TRIM_SECONDS = 60


def install() -> None:
    """Count every invocation, whoever made it, and read the metrics in its log."""
    stock_count = lambda_svc._emit_lambda_metrics
    stock_execute = lambda_svc._execute_function_dispatch

    def execute(
        func: dict[str, Any], config: dict[str, Any], event: Any, request: str, started: float
    ) -> dict[str, Any]:
        result: dict[str, Any] = stock_execute(func, config, event, request, started)
        duration = (time.time() - started) * 1000
        stock_count(config["FunctionName"], duration, bool(result.get("error")), False)
        for line in (result.get("log") or "").splitlines():
            record_embedded(line)
        return result

    def count_throttles(name: str, duration_ms: float, error: bool, throttle: bool) -> None:
        if throttle:
            stock_count(name, duration_ms, error, throttle)

    lambda_svc._execute_function_dispatch = execute
    lambda_svc._emit_lambda_metrics = count_throttles


def record_embedded(line: str) -> None:
    """Record the metrics of one log line, if it holds any."""
    start = line.find("{")
    if start < 0 or '"_aws"' not in line:
        return
    try:
        document = json.loads(line[start:])
        directives = document["_aws"]["CloudWatchMetrics"]
    except (ValueError, KeyError, TypeError):
        return
    for directive in directives:
        for names in directive.get("Dimensions", [[]]):
            dimensions = {name: str(document[name]) for name in names if name in document}
            _record(document, directive, dimensions)


def _record(document: dict[str, Any], directive: dict[str, Any], of: dict[str, str]) -> None:
    for metric in directive.get("Metrics", []):
        values = document.get(metric["Name"], [])
        for value in values if isinstance(values, list) else [values]:
            cloudwatch.record_metric(
                directive["Namespace"], metric["Name"], value, metric.get("Unit", "None"), of
            )


async def trim_regularly() -> None:
    """Forget old points and old log streams, so that days of cycles fit in memory."""
    while True:
        await asyncio.sleep(TRIM_SECONDS)
        trim(time.time())


def trim(now: float) -> None:
    """Drop points older than two hours, old log streams, and objects' bodies that are on disk."""
    for points in cloudwatch._metrics._data.values():
        points[:] = [p for p in list(points) if p["Timestamp"] > now - KEEP_METRICS_SECONDS]
    for group in list(cloudwatch_logs._log_groups._data.values()):
        streams = group["streams"]
        for name in list(streams)[:-KEEP_STREAMS]:
            streams.pop(name, None)
    _drop_bodies()


def _drop_bodies() -> None:
    for (_, bucket), kept in list(s3._buckets._data.items()):
        for key, stored in list(kept["objects"].items()):
            if stored.get("body") is not None and _on_disk(bucket, key):
                stored["body"] = None
    # Ours are written once, so the one version there is has the object's own body.
    for (_, (bucket, key)), versions in list(s3._object_versions._data.items()):
        if len(versions) == 1 and versions[0].get("data") and _on_disk(bucket, key):
            versions[0]["data"] = None


def _on_disk(bucket: str, key: str) -> bool:
    path = s3._object_disk_path(bucket, key)
    return path is not None and os.path.isfile(path)
