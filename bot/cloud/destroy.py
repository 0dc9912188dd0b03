"""Take a stage down, keeping its data unless told otherwise."""

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from bot.cloud import cloudformation, project, settings
from bot.cloud.aws import Cloud
from bot.cloud.deploy import bring_note, keep_note, policy_values
from bot.cloud.layout import Layout
from bot.cloud.names import Names

Say = Callable[[str], None]


def destroy(cloud: Cloud, layout: Layout, stage: str, say: Say, data: bool = False) -> None:
    """Remove functions, API, schedule, alarms and CDN; with ``data`` the state as well.

    The stack of the data stays in place with the data, so that a later deployment finds both.
    """
    names = Names(stage)
    state = cloudformation.outputs(cloud, names.state_stack)
    bring_note(cloud, layout, stage, state["ArchiveBucket"])
    if project.resources(layout, stage):
        settings_ = {"ARCHIVE_BUCKET": state["ArchiveBucket"]}
        copy = project.prepare(layout, stage, settings_, policy_values(cloud, names, state))
        project.run_chalice(copy, cloud, "delete", stage)
        keep_note(cloud, layout, stage, state["ArchiveBucket"])
    if cloudformation.exists(cloud, names.app_stack):
        cloudformation.delete(cloud, names.app_stack)
    say("functions, API and schedule removed")
    _forget_access_log(cloud, stage)
    _quiet(cloud, layout, names)
    say("alarms and CDN removed")
    if data:
        _remove_data(cloud, names, state)
        say("data removed")
    else:
        say(f"data kept in {state['TableName']} and {state['ArchiveBucket']}")


def _forget_access_log(cloud: Cloud, stage: str) -> None:
    target = settings.Target(cloud, Names(stage), "", "")
    try:
        cloud.client("logs").delete_log_group(logGroupName=target.access_log)
    except ClientError as exc:
        if not settings.missing(exc):
            raise


def _quiet(cloud: Cloud, layout: Layout, names: Names) -> None:
    template = (layout.root / "infra" / "stack.yaml").read_text()
    given = {"Stage": names.stage, "ApiId": "", "Watch": "no"}
    cloudformation.deploy(cloud, names.state_stack, template, given)


def _remove_data(cloud: Cloud, names: Names, state: dict[str, str]) -> None:
    table = cloud.client("dynamodb")
    table.update_table(TableName=state["TableName"], DeletionProtectionEnabled=False)
    for bucket in (state["ArchiveBucket"], state["SiteBucket"]):
        _empty(cloud, bucket)
    cloudformation.delete(cloud, names.state_stack)
    table.delete_table(TableName=state["TableName"])
    for bucket in (state["ArchiveBucket"], state["SiteBucket"]):
        cloud.client("s3").delete_bucket(Bucket=bucket)
    queues = cloud.client("sqs")
    name = state["DeadLetterArn"].rpartition(":")[2]
    queues.delete_queue(QueueUrl=queues.get_queue_url(QueueName=name)["QueueUrl"])


def _empty(cloud: Cloud, bucket: str) -> None:
    client = cloud.client("s3")
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
        doomed: list[dict[str, Any]] = [
            {"Key": found["Key"], "VersionId": found["VersionId"]}
            for found in page.get("Versions", []) + page.get("DeleteMarkers", [])
        ]
        if doomed:
            client.delete_objects(Bucket=bucket, Delete={"Objects": doomed, "Quiet": True})
