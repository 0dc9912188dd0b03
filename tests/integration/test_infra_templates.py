"""The CloudFormation templates: clean, and saying what the product promises."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from cfnlint.api import ManualArgs, lint

from bot.cloud import templates

ROOT = Path(__file__).parents[2]
STACK = (ROOT / "infra" / "stack.yaml").read_text()
MERGE = (ROOT / "infra" / "merge.yaml").read_text()
CONFIG = json.loads((ROOT / ".chalice" / "config.json").read_text())
RESOURCES = templates.load(STACK)["Resources"]
ALARMS = {k: r["Properties"] for k, r in RESOURCES.items() if r["Type"].endswith("::Alarm")}
COUNTED_BY_AWS = {
    "AWS/Lambda": {"Invocations", "Errors", "Throttles", "Duration"},
    "AWS/SQS": {"ApproximateNumberOfMessagesVisible"},
    "AWS/ApiGateway": {"5XXError", "Count"},
}


def metrics(alarm: dict[str, Any]) -> list[dict[str, Any]]:
    if "MetricName" in alarm:
        return [alarm]
    return [m["MetricStat"]["Metric"] for m in alarm["Metrics"] if "MetricStat" in m]


def emitted() -> set[str]:
    source = "".join(f.read_text() for f in (ROOT / "chalicelib").rglob("*.py"))
    return set(re.findall(r'\.count\(\s*"(\w+)"', source))


def test_stack_template_passes_cfn_lint() -> None:
    found = lint(STACK, config=ManualArgs(regions=["us-east-1", "eu-central-1"]))
    assert [str(match) for match in found] == []


@pytest.mark.parametrize("name", sorted(ALARMS))
def test_alarm_names_a_metric_that_somebody_counts(name: str) -> None:
    for metric in metrics(ALARMS[name]):
        counted = COUNTED_BY_AWS.get(metric["Namespace"], emitted())
        assert metric["MetricName"] in counted
        assert metric["Namespace"] in {*COUNTED_BY_AWS, "MarketStrategyTester"}
        if metric["Namespace"] == "MarketStrategyTester":
            assert metric["Dimensions"] == [{"Name": "service", "Value": "cycle"}]


def test_every_alarm_tells_the_topic() -> None:
    composite = RESOURCES["EngineDown"]["Properties"]
    for alarm in (*ALARMS.values(), composite):
        assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}]


def test_silence_counts_against_the_alarms_that_watch_for_life() -> None:
    for name in ("HeartbeatMissing", "HeartbeatMissingFilled", "ScheduleDead"):
        assert ALARMS[name]["TreatMissingData"] == "breaching"
        assert f"${{{name}}}" in RESOURCES["EngineDown"]["Properties"]["AlarmRule"]["Fn::Sub"]


def test_all_the_failures_an_operator_must_hear_of_have_an_alarm() -> None:
    watched = {metric["MetricName"] for alarm in ALARMS.values() for metric in metrics(alarm)}
    assert watched >= {
        "CycleCommitted", "Invocations", "Errors", "Throttles", "Duration",
        "ApproximateNumberOfMessagesVisible", "5XXError", "DataQualityPauses",
    }  # fmt: skip


def test_data_outlives_the_stack() -> None:
    for name in ("StateTable", "ArchiveBucket", "SiteBucket", "DeadLetters"):
        assert RESOURCES[name]["DeletionPolicy"] == "Retain"
        assert RESOURCES[name]["UpdateReplacePolicy"] == "Retain"
    table = RESOURCES["StateTable"]["Properties"]
    assert table["DeletionProtectionEnabled"] is True
    assert table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
    assert table["TimeToLiveSpecification"]["AttributeName"] == "ttl"


def test_buckets_are_private_and_only_speak_tls() -> None:
    for name in ("ArchiveBucket", "SiteBucket"):
        block = RESOURCES[name]["Properties"]["PublicAccessBlockConfiguration"]
        assert set(block.values()) == {True}
        policy = RESOURCES[f"{name}Policy"]["Properties"]["PolicyDocument"]["Statement"]
        refused = [s for s in policy if s["Effect"] == "Deny"]
        assert refused[0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_trades_never_expire() -> None:
    rules = RESOURCES["ArchiveBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    expiring = [rule["Prefix"] for rule in rules if "ExpirationInDays" in rule]
    assert expiring == ["records/"]


def test_nothing_reserves_concurrency() -> None:
    # A new AWS account has ten executions and refuses any reservation.
    for text in (STACK, MERGE, json.dumps(CONFIG)):
        assert "reserved" not in text.lower().replace("_", "")


def test_cdn_sends_the_headers_of_the_local_site() -> None:
    wanted = json.loads((ROOT / "frontend" / "site-headers.json").read_text())
    policy = RESOURCES["SiteHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]
    security, custom = policy["SecurityHeadersConfig"], policy["CustomHeadersConfig"]["Items"]
    sent = {item["Header"]: item["Value"] for item in custom}
    sent["Content-Security-Policy"] = security["ContentSecurityPolicy"]["ContentSecurityPolicy"]
    sent["Referrer-Policy"] = security["ReferrerPolicy"]["ReferrerPolicy"]
    sent["X-Content-Type-Options"] = "nosniff" if "ContentTypeOptions" in security else ""
    assert sent == wanted


def test_gateway_errors_have_the_products_shape() -> None:
    api = templates.load(MERGE)["Resources"]["RestAPI"]["Properties"]
    for response in api["GatewayResponses"].values():
        document = json.loads(response["ResponseTemplates"]["application/json"])
        assert set(document["error"]) == {"code", "message", "hint", "request_id"}
    assert {"UNAUTHORIZED", "ACCESS_DENIED", "DEFAULT_5XX"} <= set(api["GatewayResponses"])


def test_a_late_event_is_dropped_and_never_retried() -> None:
    cycle = templates.load(MERGE)["Resources"]["Cycle"]["Properties"]
    for policy in (
        cycle["EventInvokeConfig"],
        cycle["Events"]["CycleEvent"]["Properties"]["RetryPolicy"],
    ):
        assert policy["MaximumRetryAttempts"] == 0
        assert policy["MaximumEventAgeInSeconds"] == 60


def test_each_function_ends_before_the_lease_and_the_gateway_do() -> None:
    limits = {name: f["lambda_timeout"] for name, f in CONFIG["lambda_functions"].items()}
    assert limits["cycle"] < int(CONFIG["environment_variables"]["LEASE_SECONDS"])
    assert limits["api_handler"] < 29
