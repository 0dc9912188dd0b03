"""Deploy a stage into AWS: infra, functions, settings, alarms and CDN, site, smoke test."""

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from botocore.exceptions import ClientError

from bot.authoring.folder import files_to_ship
from bot.cloud import cloudformation, package, project, settings
from bot.cloud.aws import Cloud
from bot.cloud.errors import CloudError
from bot.cloud.layout import Layout
from bot.cloud.names import API_STAGE, Names
from bot.cloud.upload import upload_site

Say = Callable[[str], None]
FIRST_CYCLE_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class Deployed:
    """Where a stage is; ``url`` is the site's, or the API's own where there is no CDN."""

    stage: str
    url: str
    api_url: str
    table: str
    archive: str


def deploy(
    cloud: Cloud,
    layout: Layout,
    stage: str,
    say: Say,
    alarm_email: str | None = None,
    environment: Mapping[str, str] | None = None,
    cdn: bool = True,
) -> Deployed:
    """Do all of it in order; every step may be repeated, and says what it did.

    ``environment`` adds variables to the functions (REPLAY_ANCHOR, VENUES).
    """
    names = Names(stage)
    package.package(layout, stage)
    say("application packaged and checked")
    state = _infra(cloud, layout, names, {"AlarmEmail": alarm_email} if alarm_email else {})
    say(f"stack {names.state_stack} deployed")
    api_id = _functions(cloud, layout, names, state, environment or {})
    say("functions, API and schedule deployed")
    target = settings.Target(cloud, names, api_id, state["DeadLetterArn"])
    changed = settings.apply(target, layout.root / "infra" / "merge.yaml")
    say(f"settings checked, {len(changed)} changed")
    served = {"ApiId": api_id} if cdn else {}
    state = _infra(cloud, layout, names, {"Watch": "yes", **served})
    say("alarms and CDN deployed" if cdn else "alarms deployed")
    count = upload_site(cloud, layout.root / "frontend" / "site", state["SiteBucket"])
    say(f"{count} files of the site uploaded")
    api_url = url_of_api(cloud, api_id)
    smoke_test(f"{api_url}/v1/health", FIRST_CYCLE_SECONDS)
    say("the deployed product is alive")
    url = state.get("SiteUrl", api_url)
    return Deployed(stage, url, api_url, state["TableName"], state["ArchiveBucket"])


def _infra(
    cloud: Cloud, layout: Layout, names: Names, parameters: Mapping[str, str]
) -> dict[str, str]:
    template = (layout.root / "infra" / "stack.yaml").read_text()
    given = {"Stage": names.stage, **parameters}
    return cloudformation.deploy(cloud, names.state_stack, template, given)


def _functions(
    cloud: Cloud,
    layout: Layout,
    names: Names,
    state: Mapping[str, str],
    environment: Mapping[str, str],
) -> str:
    bring_note(cloud, layout, names.stage, state["ArchiveBucket"])
    variables = {"ARCHIVE_BUCKET": state["ArchiveBucket"], **environment}
    values, own = policy_values(cloud, names, state), files_to_ship(os.environ)
    copy = project.prepare(layout, names.stage, variables, values, own)
    try:
        project.run_chalice(copy, cloud, "deploy", names.stage)
    finally:
        keep_note(cloud, layout, names.stage, state["ArchiveBucket"])
    return project.api_id(layout, names.stage)


def policy_values(cloud: Cloud, names: Names, state: Mapping[str, str]) -> dict[str, str]:
    """What fills the places in the policy files."""
    return {
        "AWS::Partition": cloud.partition,
        "AWS::Region": cloud.region,
        "AWS::AccountId": cloud.account(),
        "Stage": names.stage,
        "TableName": state["TableName"],
        "ArchiveBucket": state["ArchiveBucket"],
    }


def _note_key(stage: str) -> str:
    return f"deployments/chalice-{stage}.json"


def bring_note(cloud: Cloud, layout: Layout, stage: str, bucket: str) -> None:
    """Fetch Chalice's note of what it deployed, unless this checkout has it.

    Without it, a deployment from another machine would make a second API.
    """
    note = layout.root / ".chalice" / "deployed" / f"{stage}.json"
    if note.exists():
        return
    try:
        kept = cloud.client("s3").get_object(Bucket=bucket, Key=_note_key(stage))["Body"].read()
    except ClientError as exc:
        if exc.response["Error"]["Code"] == "NoSuchKey":
            return
        raise CloudError(f"cannot read {bucket}: {exc}", "Check your AWS rights.") from exc
    note.parent.mkdir(parents=True, exist_ok=True)
    note.write_bytes(kept)


def keep_note(cloud: Cloud, layout: Layout, stage: str, bucket: str) -> None:
    """Store Chalice's note beside the data, also after a failure half way."""
    note = layout.root / ".chalice" / "deployed" / f"{stage}.json"
    if note.exists():
        cloud.client("s3").put_object(Bucket=bucket, Key=_note_key(stage), Body=note.read_bytes())


def url_of_api(cloud: Cloud, api_id: str) -> str:
    """The API's own address, below which ``/v1/...`` is."""
    if cloud.endpoint:
        return f"{cloud.endpoint}/restapis/{api_id}/{API_STAGE}/_user_request_"
    suffix = "amazonaws.com.cn" if cloud.region.startswith("cn-") else "amazonaws.com"
    return f"https://{api_id}.execute-api.{cloud.region}.{suffix}/{API_STAGE}"


def smoke_test(url: str, seconds: float) -> None:
    """Wait until the deployed product says that it is alive; CloudError if it does not."""
    deadline = time.monotonic() + seconds
    answer: object = None
    while time.monotonic() < deadline:
        answer = _get(url)
        if isinstance(answer, dict) and answer.get("ok") is True:
            return
        time.sleep(3)
    raise CloudError(
        f"{url} did not report a committed cycle within {seconds:.0f} s; it said {answer!r}",
        "Everything is deployed. Look at the log of the cycle function: bot doctor",
    )


def _get(url: str) -> object:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310  https, or loopback
            return json.loads(answer.read())
    except urllib.error.HTTPError as exc:
        return f"{exc.code} {exc.read()[:300]!r}"
    except (OSError, ValueError) as exc:
        return str(exc)
