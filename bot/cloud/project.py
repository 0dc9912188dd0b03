"""The copy of the application that `chalice deploy` works on.

Chalice reads settings and policies only from files, and two values are known only at deployment:
the account, which is in every ARN, and the archive's bucket. They go into a copy below
``.local/``, so that a deployment changes no file under version control. The one thing shared with
the checkout is ``.chalice/deployed/``, Chalice's note of what it made: plain `chalice delete` and
`chalice logs` work there as usual.
"""

import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.cloud import policies, processes
from bot.cloud.aws import Cloud
from bot.cloud.errors import CloudError
from bot.cloud.layout import Layout
from bot.cloud.package import CHALICE, USER_STRATEGIES


def prepare(
    layout: Layout,
    stage: str,
    settings: Mapping[str, str],
    values: Mapping[str, str],
    own: Sequence[Path] = (),
) -> Path:
    """Make or refresh the copy; ``settings`` go to the functions, ``values`` into policies.

    ``own`` are the strategies of the user's own folder.
    """
    project = layout.local / "deploy" / stage
    (project / ".chalice").mkdir(parents=True, exist_ok=True)
    for name in ("app.py", "requirements.txt"):
        shutil.copy2(layout.root / name, project / name)
    shutil.rmtree(project / "chalicelib", ignore_errors=True)
    shutil.copytree(
        layout.root / "chalicelib", project / "chalicelib",
        ignore=shutil.ignore_patterns("__pycache__"),
    )  # fmt: skip
    for file in own:
        shutil.copy2(file, project / USER_STRATEGIES / file.name)
    source = layout.root / ".chalice"
    config = with_settings(json.loads((source / "config.json").read_text()), stage, settings)
    _write(project / ".chalice" / "config.json", config)
    for name, policy in policies.read(source).items():
        _write(project / ".chalice" / name, policies.fill(policy, values))
    _share_note(project, source / "deployed")
    return project


def with_settings(config: Any, stage: str, settings: Mapping[str, str]) -> dict[str, Any]:
    """Chalice's configuration with more environment variables for one stage."""
    if stage not in config["stages"]:
        raise CloudError(
            f"there is no stage '{stage}' in .chalice/config.json",
            f"Known stages: {', '.join(sorted(config['stages']))}.",
        )
    chosen = config["stages"][stage]
    variables = {**chosen.get("environment_variables", {}), **settings}
    stages = {**config["stages"], stage: {**chosen, "environment_variables": variables}}
    return {**config, "stages": stages}


def _write(file: Path, document: Any) -> None:
    file.write_text(json.dumps(document, indent=2) + "\n")


def _share_note(project: Path, deployed: Path) -> None:
    deployed.mkdir(parents=True, exist_ok=True)
    link = project / ".chalice" / "deployed"
    if not link.is_symlink():
        link.symlink_to(deployed.resolve(), target_is_directory=True)


def run_chalice(project: Path, cloud: Cloud, command: str, stage: str) -> str:
    """Run `chalice deploy` or `chalice delete` on the copy; what it said."""
    keys = {} if cloud.endpoint else processes.aws_credentials()
    environment = processes.pip_environment() | keys | cloud.environment()
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    arguments = [sys.executable, "-c", CHALICE, command, "--stage", stage]
    result = processes.run(arguments, environment, project)
    if result.returncode or "Could not install dependencies" in result.stdout:
        raise CloudError(
            f"chalice {command} failed:\n{result.stdout.strip()[-2000:]}",
            "What it had made stays and is noted; fix the cause and run the same command again.",
        )
    return result.stdout


def resources(layout: Layout, stage: str) -> list[dict[str, Any]]:
    """What Chalice noted as deployed; empty when nothing is."""
    note = layout.root / ".chalice" / "deployed" / f"{stage}.json"
    return list(json.loads(note.read_text())["resources"]) if note.exists() else []


def api_id(layout: Layout, stage: str) -> str:
    """The id of the REST API that Chalice deployed."""
    for resource in resources(layout, stage):
        if resource["resource_type"] == "rest_api":
            return str(resource["rest_api_id"])
    raise CloudError(f"no API is deployed in stage {stage}", f"bot deploy --stage {stage}")
