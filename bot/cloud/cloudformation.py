"""Deploy a template and wait; the same calls for AWS and for the emulator."""

import hashlib
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError, WaiterError

from bot.cloud import templates
from bot.cloud.aws import Cloud
from bot.cloud.errors import CloudError

INLINE_LIMIT = 51_200
UNCHANGED = ("didn't contain changes", "No updates are to be performed")
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
# A stack in one of these can only be deleted; it holds nothing.
STILLBORN = ("ROLLBACK_COMPLETE", "CREATE_FAILED", "REVIEW_IN_PROGRESS")


def deploy(
    cloud: Cloud,
    stack: str,
    template: str,
    parameters: Mapping[str, str],
    bucket: str | None = None,
) -> dict[str, str]:
    """Create or update a stack and return its outputs.

    Parameters not given keep the value they have. ``bucket`` is where a template over 50 kB
    passes through. Raises CloudError with the reason of the resource that failed.
    """
    client = cloud.client("cloudformation")
    present = _describe(client, stack)
    if present and present["StackStatus"] in STILLBORN:
        delete(cloud, stack)
        present = None
    change = f"bot-{time.time_ns()}"
    try:
        client.create_change_set(
            StackName=stack,
            ChangeSetName=change,
            ChangeSetType="UPDATE" if present else "CREATE",
            Capabilities=CAPABILITIES,
            Parameters=_parameters(present, templates.parameters(template), parameters),
            **_body(cloud, template, bucket),
        )
        if _has_changes(client, stack, change):
            client.execute_change_set(StackName=stack, ChangeSetName=change)
            _wait(client, stack, "stack_update_complete" if present else "stack_create_complete")
    except ClientError as exc:
        raise CloudError(
            f"CloudFormation refused {stack}: {exc}", "Fix the template in infra/, or your rights."
        ) from exc
    return outputs(cloud, stack)


def _describe(client: Any, stack: str) -> dict[str, Any] | None:
    try:
        return dict(client.describe_stacks(StackName=stack)["Stacks"][0])
    except ClientError as exc:
        if "does not exist" in str(exc):
            return None
        raise CloudError(f"cannot read stack {stack}: {exc}", "Check your AWS rights.") from exc


def _parameters(
    present: Mapping[str, Any] | None, declared: set[str], given: Mapping[str, str]
) -> list[dict[str, Any]]:
    old = {p["ParameterKey"] for p in (present or {}).get("Parameters", [])}
    kept = sorted((old & declared) - set(given))
    return [
        *({"ParameterKey": key, "ParameterValue": value} for key, value in given.items()),
        *({"ParameterKey": key, "UsePreviousValue": True} for key in kept),
    ]


def _body(cloud: Cloud, template: str, bucket: str | None) -> dict[str, str]:
    if len(template.encode()) <= INLINE_LIMIT or bucket is None:
        return {"TemplateBody": template}
    key = f"templates/{hashlib.sha256(template.encode()).hexdigest()}"
    cloud.client("s3").put_object(Bucket=bucket, Key=key, Body=template.encode())
    return {"TemplateURL": f"https://{bucket}.s3.{cloud.region}.amazonaws.com/{key}"}


def _has_changes(client: Any, stack: str, change: str) -> bool:
    while True:
        state = client.describe_change_set(StackName=stack, ChangeSetName=change)
        if state["Status"] in ("CREATE_PENDING", "CREATE_IN_PROGRESS"):
            time.sleep(0.2)
            continue
        reason = state.get("StatusReason", "")
        if state["Status"] == "CREATE_COMPLETE":
            return True
        client.delete_change_set(StackName=stack, ChangeSetName=change)
        if any(text in reason for text in UNCHANGED):
            return False
        raise CloudError(f"CloudFormation refused {stack}: {reason}", "Fix the template in infra/.")


def _wait(client: Any, stack: str, waiter: str) -> None:
    try:
        client.get_waiter(waiter).wait(
            StackName=stack, WaiterConfig={"Delay": 1, "MaxAttempts": 1800}
        )
    except WaiterError as exc:
        reasons = "\n  ".join(failures(client, stack)) or str(exc)
        raise CloudError(
            f"stack {stack} failed and was rolled back:\n  {reasons}",
            "Fix what is named above and run the same command again.",
        ) from exc


def failures(client: Any, stack: str) -> list[str]:
    """Why the last change of a stack failed: resource, status, reason; the first cause first."""
    events = client.describe_stack_events(StackName=stack)["StackEvents"]
    told = [
        f"{e['LogicalResourceId']}: {e.get('ResourceStatusReason', e['ResourceStatus'])}"
        for e in events
        if "FAILED" in e["ResourceStatus"]
        and "cancelled" not in e.get("ResourceStatusReason", "").lower()
    ]
    return list(reversed(told[:10]))


def outputs(cloud: Cloud, stack: str) -> dict[str, str]:
    """A stack's outputs; CloudError when there is no such stack."""
    present = _describe(cloud.client("cloudformation"), stack)
    if present is None:
        raise CloudError(f"there is no stack {stack}", "Deploy first: bot deploy --stage STAGE")
    return {o["OutputKey"]: o["OutputValue"] for o in present.get("Outputs", [])}


def exists(cloud: Cloud, stack: str) -> bool:
    """Whether a stack is there."""
    return _describe(cloud.client("cloudformation"), stack) is not None


def delete(cloud: Cloud, stack: str) -> None:
    """Delete a stack and wait; what is marked Retain stays."""
    client = cloud.client("cloudformation")
    client.delete_stack(StackName=stack)
    _wait(client, stack, "stack_delete_complete")


def upload_package(cloud: Cloud, build: Path, bucket: str) -> str:
    """Upload what `chalice package` wrote; its template with the places of the uploads."""
    template = templates.load((build / "sam.yaml").read_text())
    places: dict[str, str] = {}
    for resource in template["Resources"].values():
        properties = resource["Properties"]
        for key in ("CodeUri", "ContentUri"):
            if isinstance(properties.get(key), str):
                name = properties[key].removeprefix("./")
                places.setdefault(name, _upload(cloud, build / name, bucket))
                properties[key] = places[name]
    return json.dumps(template, separators=(",", ":"))


def _upload(cloud: Cloud, file: Path, bucket: str) -> str:
    client = cloud.client("s3")
    key = f"packages/{hashlib.sha256(file.read_bytes()).hexdigest()}.zip"
    try:
        client.head_object(Bucket=bucket, Key=key)
    except ClientError:
        client.upload_file(str(file), bucket, key)
    return f"s3://{bucket}/{key}"


def ensure_bucket(cloud: Cloud, bucket: str) -> None:
    """Make a private bucket for packages unless it is there."""
    client = cloud.client("s3")
    try:
        client.head_bucket(Bucket=bucket)
    except ClientError:
        place = {"LocationConstraint": cloud.region}
        elsewhere = {} if cloud.region == "us-east-1" else {"CreateBucketConfiguration": place}
        client.create_bucket(Bucket=bucket, **elsewhere)
