"""The template that is really deployed: Chalice's and ours, merged and expanded."""

import json
from pathlib import Path

import pytest
from cfnlint.api import ManualArgs, lint

from bot.cloud import emulator, package, processes, templates
from bot.cloud.layout import Layout

pytestmark = pytest.mark.rehearsal

EXPAND = """
import json, sys
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
template = json.load(sys.stdin)
translator = Translator(managed_policy_map={}, sam_parser=Parser())
native = translator.translate(template, {"Stage": "dev"})
native.pop("Transform", None)
print(json.dumps(native))
"""


def expanded(layout: Layout, template: dict) -> dict:
    """The template after SAM's transform, made where SAM's translator is installed."""
    for resource in template["Resources"].values():
        for key in ("CodeUri", "ContentUri"):
            if key in resource["Properties"]:
                resource["Properties"][key] = "s3://bucket/key.zip"
    file = layout.root / "sam.json"
    file.write_text(json.dumps(template))
    command = [
        str(layout.emulator_python),
        "-c",
        EXPAND.replace("sys.stdin", f"open({str(file)!r})"),
    ]
    environment = processes.clean_environment(AWS_DEFAULT_REGION="us-east-1")
    result = processes.run(command, environment, layout.root)
    assert result.returncode == 0, result.stdout
    return json.loads(result.stdout)


def complaints(text: str) -> list[str]:
    found = lint(text, config=ManualArgs(regions=["us-east-1", "eu-central-1"]))
    return [str(match) for match in found]


def test_packaged_template_passes_cfn_lint_as_written_and_expanded(copy: Layout) -> None:
    emulator.ensure_environment(copy)
    build: Path = package.package(copy, "dev")
    text = (build / "sam.yaml").read_text()
    assert complaints(text) == []
    native = expanded(copy, templates.load(text))
    assert complaints(json.dumps(native, indent=1)) == []
    functions = [r for r in native["Resources"].values() if r["Type"] == "AWS::Lambda::Function"]
    roles = {json.dumps(f["Properties"]["Role"]) for f in functions}
    assert len(functions) == len(roles) == 4
