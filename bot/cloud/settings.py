"""What `chalice deploy` cannot say, said after it: one table, read from infra/merge.yaml.

The packaged path gets the same values through CloudFormation, so neither can drift from the other.
Correctness never depends on them: an event that runs twice or late changes nothing.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from bot.cloud import templates
from bot.cloud.aws import Cloud
from bot.cloud.names import API_STAGE, Names

RETENTION_DAYS = 30


@dataclass(frozen=True, slots=True)
class Target:
    """A deployed stage."""

    cloud: Cloud
    names: Names
    api_id: str
    dead_letter_arn: str

    @property
    def access_log(self) -> str:
        """The name of the gateway's access log."""
        return f"/market-strategy-tester/{self.names.stage}/api-access"

    @property
    def access_log_arn(self) -> str:
        """The ARN under which the gateway writes it."""
        place = f"{self.cloud.partition}:logs:{self.cloud.region}:{self.cloud.account()}"
        return f"arn:{place}:log-group:{self.access_log}"


@dataclass(frozen=True, slots=True)
class Setting:
    """One row: what is wanted, how to see what is, how to make it so."""

    name: str
    wanted: object
    read: Callable[[], object]
    write: Callable[[], object]


def table(target: Target, merge: Path) -> tuple[Setting, ...]:
    """Every setting of a stage."""
    resources = templates.load(merge.read_text())["Resources"]
    api = resources["RestAPI"]["Properties"]
    return (
        _async_calls(target, resources["Cycle"]["Properties"]["EventInvokeConfig"]),
        _rule_target(target, resources["Cycle"]["Properties"]["Events"]["CycleEvent"]),
        _api_name(target),
        _log_retention(target),
        _stage(target, api["MethodSettings"][0], api["AccessLogSetting"]["Format"]),
        _gateway_errors(target, api["GatewayResponses"]),
    )


def differences(target: Target, merge: Path) -> list[str]:
    """What is not as it should be, in words; empty when all is well."""
    return [
        f"{row.name}: is {is_now!r}, should be {row.wanted!r}"
        for row in table(target, merge)
        if (is_now := row.read()) != row.wanted
    ]


def apply(target: Target, merge: Path) -> list[str]:
    """Make everything as it should be; the names of what had to be changed."""
    changed = [row for row in table(target, merge) if row.read() != row.wanted]
    for row in changed:
        row.write()
    return [row.name for row in changed]


def _async_calls(target: Target, wanted: Mapping[str, Any]) -> Setting:
    client, name = target.cloud.client("lambda"), target.names.cycle_function
    numbers = {key: wanted[key] for key in ("MaximumRetryAttempts", "MaximumEventAgeInSeconds")} | {
        "DestinationConfig": {"OnFailure": {"Destination": target.dead_letter_arn}}
    }

    def read() -> object:
        try:
            found = client.get_function_event_invoke_config(FunctionName=name)
        except client.exceptions.ResourceNotFoundException:
            return None
        target_ = found.get("DestinationConfig", {}).get("OnFailure", {})
        return {
            "MaximumRetryAttempts": found.get("MaximumRetryAttempts"),
            "MaximumEventAgeInSeconds": found.get("MaximumEventAgeInSeconds"),
            "DestinationConfig": {"OnFailure": {"Destination": target_.get("Destination")}},
        }

    return Setting(
        "cycle: no retries, no late events, dead letters", numbers, read,
        lambda: client.put_function_event_invoke_config(FunctionName=name, **numbers),
    )  # fmt: skip


def _rule_target(target: Target, event: Mapping[str, Any]) -> Setting:
    client, rule = target.cloud.client("events"), target.names.cycle_rule
    wanted = {
        "RetryPolicy": event["Properties"]["RetryPolicy"],
        "DeadLetterConfig": {"Arn": target.dead_letter_arn},
    }

    def targets() -> list[dict[str, Any]]:
        return list(client.list_targets_by_rule(Rule=rule)["Targets"])

    def read() -> object:
        return [{key: found.get(key) for key in wanted} for found in targets()]

    def write() -> object:
        kept = [{**found, **wanted} for found in targets()]
        return client.put_targets(Rule=rule, Targets=kept)

    return Setting("schedule: no retries, dead letters", [wanted], read, write)


def _api_name(target: Target) -> Setting:
    client, wanted = target.cloud.client("apigateway"), target.names.api_function
    patch = [{"op": "replace", "path": "/name", "value": wanted}]
    return Setting(
        "API: a name of its own per stage", wanted,
        lambda: client.get_rest_api(restApiId=target.api_id)["name"],
        lambda: client.update_rest_api(restApiId=target.api_id, patchOperations=patch),
    )  # fmt: skip


def _log_retention(target: Target) -> Setting:
    client, name = target.cloud.client("logs"), target.access_log

    def read() -> object:
        groups = client.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        found = [group.get("retentionInDays") for group in groups if group["logGroupName"] == name]
        return found[0] if found else None

    def write() -> object:
        with suppress(client.exceptions.ResourceAlreadyExistsException):
            client.create_log_group(logGroupName=name)
        return client.put_retention_policy(logGroupName=name, retentionInDays=RETENTION_DAYS)

    return Setting("access log: kept 30 days", RETENTION_DAYS, read, write)


def _stage(target: Target, method: Mapping[str, Any], log_format: str) -> Setting:
    client = target.cloud.client("apigateway")
    place = {"restApiId": target.api_id, "stageName": API_STAGE}
    wanted = {
        "burst": int(method["ThrottlingBurstLimit"]),
        "rate": float(method["ThrottlingRateLimit"]),
        "log": target.access_log_arn,
        "format": log_format,
    }

    def read() -> object:
        stage = client.get_stage(**place)
        limits = stage.get("methodSettings", {}).get("*/*", {})
        log = stage.get("accessLogSettings", {})
        return {
            "burst": limits.get("throttlingBurstLimit"),
            "rate": limits.get("throttlingRateLimit"),
            "log": log.get("destinationArn"),
            "format": log.get("format"),
        }

    paths = {
        "/*/*/throttling/burstLimit": wanted["burst"],
        "/*/*/throttling/rateLimit": wanted["rate"],
        "/accessLogSettings/destinationArn": wanted["log"],
        "/accessLogSettings/format": wanted["format"],
    }
    patch = [{"op": "replace", "path": path, "value": str(v)} for path, v in paths.items()]
    return Setting(
        "API: throttling and access log", wanted, read,
        lambda: client.update_stage(**place, patchOperations=patch),
    )  # fmt: skip


def _gateway_errors(target: Target, responses: Mapping[str, Any]) -> Setting:
    client = target.cloud.client("apigateway")
    wanted = {kind: _body(response) for kind, response in responses.items()}

    def read() -> object:
        found = client.get_gateway_responses(restApiId=target.api_id, limit=500)["items"]
        bodies = {r["responseType"]: r.get("responseTemplates", {}) for r in found}
        return {kind: bodies.get(kind, {}).get("application/json") for kind in wanted}

    def write() -> object:
        for kind, response in responses.items():
            client.put_gateway_response(**_gateway_response(target.api_id, kind, response))
        # What the gateway serves is the snapshot that a deployment takes.
        return client.create_deployment(restApiId=target.api_id, stageName=API_STAGE)

    return Setting("API: gateway errors in the product's shape", wanted, read, write)


def _body(response: Mapping[str, Any]) -> str:
    return str(response["ResponseTemplates"]["application/json"])


def _gateway_response(api_id: str, kind: str, response: Mapping[str, Any]) -> dict[str, Any]:
    headers = response.get("ResponseParameters", {}).get("Headers", {})
    code = {"statusCode": response["StatusCode"]} if "StatusCode" in response else {}
    return {
        "restApiId": api_id,
        "responseType": kind,
        "responseParameters": {f"gatewayresponse.header.{k}": v for k, v in headers.items()},
        "responseTemplates": {"application/json": _body(response)},
        **code,
    }


def missing(exc: ClientError) -> bool:
    """Whether a call failed because the thing is not there."""
    return "NotFound" in exc.response["Error"]["Code"] or exc.response["Error"]["Code"] == "404"
