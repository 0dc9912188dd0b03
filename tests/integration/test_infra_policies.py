"""Each function may do what its code does, and nothing else."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.cloud import policies
from bot.cloud.errors import CloudError
from bot.cloud.project import with_settings
from chalicelib.aws.match_rows import MATCHES

ROOT = Path(__file__).parents[2]
FILES = policies.read(ROOT / ".chalice")
CONFIG = json.loads((ROOT / ".chalice" / "config.json").read_text())
PLACES = {
    "AWS::Partition": "aws",
    "AWS::Region": "eu-central-1",
    "AWS::AccountId": "123456789012",
    "Stage": "prod",
    "TableName": "market-strategy-tester-prod-state",
    "ArchiveBucket": "market-strategy-tester-prod-archive-123456789012",
}


def statements(name: str) -> list[dict[str, Any]]:
    return list(policies.fill(FILES[name], PLACES)["Statement"])


def actions(name: str) -> set[str]:
    return {a for s in statements(name) for a in s["Action"] if not a.startswith("logs:")}


def resources(name: str) -> list[str]:
    found: list[str] = []
    for statement in statements(name):
        wanted = statement["Resource"]
        found += wanted if isinstance(wanted, list) else [wanted]
    return found


def test_every_function_has_a_policy_of_its_own() -> None:
    named = {f["iam_policy_file"] for f in CONFIG["lambda_functions"].values()}
    assert named == set(FILES)
    assert len(named) == 4
    assert CONFIG["autogen_policy"] is False


@pytest.mark.parametrize("name", sorted(FILES))
def test_policy_names_concrete_resources_of_this_product_only(name: str) -> None:
    for arn in resources(name):
        assert "market-strategy-tester-prod" in arn
        assert "${" not in arn
        assert arn.split(":")[:2] == ["arn", "aws"]
        # A star stands only at the end: below a prefix, or for the streams of one log.
        assert "*" not in arn or re.search(r"(/(records|trades)/|:)\*$", arn)
    for statement in statements(name):
        assert all("*" not in action for action in statement["Action"])


def test_cycle_may_do_what_its_protocol_does() -> None:
    assert actions("policy-cycle.json") == {
        "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem", "dynamodb:PutItem",
        "dynamodb:Query", "dynamodb:UpdateItem",
        "s3:GetObject", "s3:ListBucket", "s3:PutObject", "sqs:SendMessage",
    }  # fmt: skip


def test_api_may_neither_delete_nor_write_to_the_archive() -> None:
    assert actions("policy-api_handler.json") == {
        "dynamodb:ConditionCheckItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query",
        "s3:GetObject", "s3:ListBucket",
    }  # fmt: skip


def test_hourly_job_may_read_pause_and_propose_and_never_update_or_write_to_the_archive() -> None:
    assert actions("policy-reconcile.json") == {
        "dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query",
        "s3:GetObject",
    }  # fmt: skip


def test_hourly_job_may_delete_nothing_but_pairs() -> None:
    (deleting,) = (
        s for s in statements("policy-reconcile.json") if "dynamodb:DeleteItem" in s["Action"]
    )
    assert deleting["Action"] == ["dynamodb:DeleteItem"]
    only_pairs = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [MATCHES]}}
    assert deleting["Condition"] == only_pairs


def test_authorizer_may_only_look_up_tokens() -> None:
    assert actions("policy-token_authorizer.json") == {"dynamodb:GetItem"}


def test_policy_with_an_unknown_place_is_refused_by_name() -> None:
    with pytest.raises(CloudError, match=r"\$\{Bucket\}"):
        policies.fill({"Resource": {"Fn::Sub": "arn:aws:s3:::${Bucket}"}}, PLACES)


def test_settings_known_only_at_deployment_reach_one_stage() -> None:
    config = with_settings(CONFIG, "dev", {"ARCHIVE_BUCKET": "b"})
    assert config["stages"]["dev"]["environment_variables"]["ARCHIVE_BUCKET"] == "b"
    assert config["stages"]["prod"] == CONFIG["stages"]["prod"]
    assert "ARCHIVE_BUCKET" not in json.dumps(CONFIG)


def test_unknown_stage_is_refused_with_the_known_ones() -> None:
    with pytest.raises(CloudError) as refused:
        with_settings(CONFIG, "staging", {})
    assert "dev, local, prod" in refused.value.hint
