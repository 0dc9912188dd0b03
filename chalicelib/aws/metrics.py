"""The Telemetry port: structured lines and CloudWatch metrics (EMF) on standard output."""

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import (
    AmazonCloudWatchEMFProvider,
)

SERVICE = "cycle"
MILLISECONDS = {"CycleDuration"}


class LambdaTelemetry:
    """Counts are collected and written as one line by ``flush`` at the end of an invocation."""

    def __init__(self, namespace: str, level: str) -> None:
        self._logger = Logger(service="market-strategy", level=level)
        self._metrics = AmazonCloudWatchEMFProvider(namespace=namespace)

    def count(self, name: str, value: float = 1) -> None:
        """Add to a metric of this invocation."""
        unit = MetricUnit.Milliseconds if name in MILLISECONDS else MetricUnit.Count
        self._metrics.add_metric(name=name, unit=unit, value=value)

    def event(self, message: str, **fields: object) -> None:
        """Write one structured line."""
        self._logger.info(message, extra=fields)

    def failure(self, message: str, exc: BaseException) -> None:
        """Write one line with the traceback."""
        self._logger.error(message, exc_info=exc)

    def flush(self) -> None:
        """Write the metrics collected since the last flush, if any."""
        if self._metrics.metric_set:
            self._metrics.add_dimension(name="service", value=SERVICE)
            self._metrics.flush_metrics(raise_on_empty_metrics=False)
