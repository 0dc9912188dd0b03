"""Package the application with Chalice, and refuse a package that lacks something.

Chalice leaves out a dependency it cannot get a wheel for, prints a line and ends with status 0.
"""

import hashlib
import json
import os
import platform
import shutil
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bot.authoring.folder import files_to_ship
from bot.cloud import contents, processes
from bot.cloud.aws import EMULATOR_REGION
from bot.cloud.errors import CloudError
from bot.cloud.layout import Layout

CHALICE = "from chalice.cli import main; raise SystemExit(main())"
TEMPLATE = "sam.yaml"
USER_STRATEGIES = "chalicelib/strategies/user"
LAYER = "layer-deployment.zip"
Say = Callable[[str], None]


def package(layout: Layout, stage: str) -> Path:
    """Build the stage's package unless the same one is there; the folder it is in."""
    _require_readable(layout.root / ".chalice" / "config.json")
    build, own = layout.build(stage), files_to_ship(os.environ)
    digest = content_digest(layout.root, stage, own)
    mark = build / "content.sha256"
    if mark.exists() and mark.read_text() == digest:
        return build
    fresh = build.with_suffix(".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.parent.mkdir(parents=True, exist_ok=True)
    _run_chalice(layout.root, stage, fresh)
    if stage == "local" and not runs_linux_wheels():
        build_native_layer(layout.root, fresh)
    add_strategies(fresh / "deployment.zip", own)
    contents.check(layout.root, [fresh / LAYER, fresh / "deployment.zip"], own)
    (fresh / "content.sha256").write_text(digest)
    shutil.rmtree(build, ignore_errors=True)
    fresh.replace(build)
    return build


def _require_readable(config: Path) -> None:
    if not config.exists():
        return  # then this is no checkout, which is told in its own words
    try:
        json.loads(config.read_text())
    except (OSError, ValueError) as exc:
        raise CloudError(
            f"{config} cannot be read: {exc}", "Mend it, or: git checkout .chalice/config.json"
        ) from exc


def content_digest(root: Path, stage: str, own: Sequence[Path] = ()) -> str:
    """A digest of everything that goes into a package, and of the Python that builds it.

    ``own`` are the strategies of the user's own folder.
    """
    digest = hashlib.sha256(f"{stage} {sys.version} {platform.machine()}".encode())
    for file in sorted(_inputs(root)):
        digest.update(str(file.relative_to(root)).encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    for file in own:
        digest.update(f"{file.name}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def add_strategies(package: Path, own: Sequence[Path]) -> None:
    """Put the user's own strategies where the packaged application looks for them."""
    if own:
        with zipfile.ZipFile(package, "a", zipfile.ZIP_DEFLATED) as archive:
            for file in own:
                archive.write(file, f"{USER_STRATEGIES}/{file.name}")


def _inputs(root: Path) -> Iterator[Path]:
    for name in ("app.py", "requirements.txt", "infra/merge.yaml"):
        file = root / name
        if not file.exists():
            raise CloudError(
                f"{name} is missing in {root}", "Run bot in a checkout of the product."
            )
        yield file
    yield from (root / ".chalice").glob("*.json")
    for file in (root / "chalicelib").rglob("*"):
        if file.is_file() and "__pycache__" not in file.parts:
            yield file


def _run_chalice(root: Path, stage: str, out: Path) -> None:
    command = [sys.executable, "-c", CHALICE, "package", "--stage", stage]
    command += ["--merge-template", "infra/merge.yaml", str(out)]
    environment = processes.pip_environment() | {
        "AWS_DEFAULT_REGION": EMULATOR_REGION,
        # Bytecode in chalicelib would change the package from run to run.
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    result = processes.run(command, environment, root)
    if result.returncode or "Could not install dependencies" in result.stdout:
        raise CloudError(
            f"the application could not be packaged:\n{result.stdout.strip()[-2000:]}",
            "Check requirements.txt and the network. On Python 3.11 use wheels for glibc 2.26.",
        )


def runs_linux_wheels() -> bool:
    """Whether this machine can load the x86-64 Linux wheels that Chalice packs for Lambda."""
    return platform.system() == "Linux" and platform.machine() == "x86_64"


def build_native_layer(root: Path, build: Path) -> None:
    """Replace the layer by one with this machine's own wheels: same packages, same versions.

    The emulator runs functions as plain processes, and a Mac cannot load a Linux library.
    """
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    folder = build / "native" / "python" / "lib" / version / "site-packages"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile"]
    command += ["--requirement", "requirements.txt", "--target", str(folder)]
    result = processes.run(command, processes.pip_environment(), root)
    if result.returncode:
        raise CloudError(
            f"the requirements could not be installed:\n{result.stdout.strip()[-2000:]}",
            "Check requirements.txt and the network.",
        )
    _zip_tree(build / "native", build / LAYER)
    shutil.rmtree(build / "native")


def _zip_tree(tree: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for file in sorted(tree.rglob("*")):
            if file.is_file():
                archive.write(file, file.relative_to(tree))
