"""A package that lacks something is refused before it is deployed."""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.authoring import template
from bot.authoring.folder import files_to_ship
from bot.cloud import contents, project
from bot.cloud.errors import CloudError
from bot.cloud.layout import Layout
from bot.cloud.package import add_strategies, content_digest, package
from chalicelib.domain.errors import InputError
from chalicelib.domain.strategy import REGISTRY
from chalicelib.strategies import discover, user

ROOT = Path(__file__).parents[2]
PLACES = (
    "AWS::Partition", "AWS::Region", "AWS::AccountId", "Stage", "TableName", "ArchiveBucket",
)  # fmt: skip
SITE = "python/lib/python3.11/site-packages/"
Make = Callable[..., list[Path]]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Write a small application and its layer; the zips."""
    (tmp_path / "chalicelib").mkdir()
    (tmp_path / "requirements.txt").write_text("# what ships\nnumpy==2.2.6\n")
    (tmp_path / "app.py").write_text("import json\nimport boto3\nimport numpy\n")

    def make(version: str = "2.2.6", needs: str = "", drop: str = "") -> list[Path]:
        info = f"{SITE}numpy-{version}.dist-info/"
        files = {
            f"{SITE}numpy/__init__.py": "",
            f"{SITE}numpy/_core.so": "",
            f"{info}METADATA": f"Metadata-Version: 2.1\nName: numpy\nVersion: {version}\n{needs}\n",
            f"{info}RECORD": "numpy/__init__.py,,\nnumpy/_core.so,,\n",
        }
        layer = tmp_path / "layer.zip"
        with zipfile.ZipFile(layer, "w") as archive:
            for name, text in files.items():
                if not (drop and drop in name):
                    archive.writestr(name, text)
        return [layer]

    return make


def test_complete_package_passes(make: Make, tmp_path: Path) -> None:
    contents.check(tmp_path, make(needs="Requires-Dist: pytest; extra == 'test'"))


def test_package_without_a_pinned_requirement_is_refused(make: Make, tmp_path: Path) -> None:
    # What Chalice does with numpy 2.4 on Python 3.11: it says so, and goes on without it.
    with pytest.raises(CloudError, match=r"numpy==2\.2\.6 \(in requirements\.txt") as refused:
        contents.check(tmp_path, make(drop="numpy"))
    assert "numpy (imported by app.py" in refused.value.message
    assert "2.2.6 has" in refused.value.hint


def test_package_with_another_version_is_refused(make: Make, tmp_path: Path) -> None:
    with pytest.raises(CloudError, match=r"the package holds 2\.4\.6"):
        contents.check(tmp_path, make(version="2.4.6"))


def test_package_without_what_a_requirement_needs_is_refused(make: Make, tmp_path: Path) -> None:
    with pytest.raises(CloudError, match=r"anyio \(needed by numpy\)"):
        contents.check(tmp_path, make(needs="Requires-Dist: anyio<5,>=3"))


def test_package_with_half_a_distribution_is_refused(make: Make, tmp_path: Path) -> None:
    with pytest.raises(CloudError, match=r"numpy: 1 of its files, for example numpy/_core\.so"):
        contents.check(tmp_path, make(drop="_core.so"))


def test_requirement_without_a_pin_is_refused(make: Make, tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("numpy>=2\n")
    with pytest.raises(CloudError, match="not pinned"):
        contents.check(tmp_path, make())


def test_imports_for_type_checkers_need_not_be_packed(make: Make, tmp_path: Path) -> None:
    code = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import mypy_boto3_s3\n"
    (tmp_path / "chalicelib" / "a.py").write_text(code)
    contents.check(tmp_path, make())


def test_a_broken_configuration_is_refused_before_anything_is_built(tmp_path: Path) -> None:
    (tmp_path / ".chalice").mkdir()
    (tmp_path / ".chalice" / "config.json").write_text("{broken")
    with pytest.raises(CloudError, match=r"config\.json cannot be read"):
        package(Layout(tmp_path), "local")
    assert not (tmp_path / ".local").exists()


RULE = template.STRATEGY.format(name="my-rule", cls="MyRule")
FOUND = "from chalicelib.strategies import discover; print('my-rule' in discover())"


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of the user's own with one file, and what no package takes."""
    folder = tmp_path / "own"
    (folder / "tests").mkdir(parents=True)
    (folder / "my_rule.py").write_text(RULE)
    (folder / "notes.txt").write_text("not code")
    (folder / "tests" / "test_my_rule.py").write_text("raise SystemExit")
    monkeypatch.setenv("STRATEGIES_FOLDER", str(folder))
    yield folder
    if str(folder) in user.__path__:
        user.__path__.remove(str(folder))
    sys.modules.pop(f"{user.__name__}.my_rule", None)
    REGISTRY.pop("my-rule", None)
    discover()


def test_users_own_strategies_are_put_where_the_application_looks(own: Path) -> None:
    files = files_to_ship(os.environ)
    assert [file.name for file in files] == ["my_rule.py"]
    archive = own / "deployment.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr("app.py", "")
    add_strategies(archive, files)
    with zipfile.ZipFile(archive) as made:
        assert made.namelist() == ["app.py", "chalicelib/strategies/user/my_rule.py"]
        assert made.read("chalicelib/strategies/user/my_rule.py").decode() == RULE
    assert (ROOT / "chalicelib/strategies/user/__init__.py").exists()


def test_change_of_a_users_strategy_makes_another_package(own: Path) -> None:
    (file,) = files_to_ship(os.environ)
    digests = {content_digest(ROOT, "local"), content_digest(ROOT, "local", [file])}
    file.write_text(RULE + "\nX = 1\n")
    digests.add(content_digest(ROOT, "local", [file]))
    assert len(digests) == 3


def test_copy_that_chalice_deploys_holds_the_users_strategies(own: Path, tmp_path: Path) -> None:
    for name in ("app.py", "requirements.txt", ".chalice", "chalicelib"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    values = dict.fromkeys(PLACES, "x")
    copy = project.prepare(Layout(tmp_path), "dev", {}, values, files_to_ship(os.environ))
    assert (copy / "chalicelib/strategies/user/my_rule.py").read_text() == RULE
    bare = {"PYTHONPATH": str(copy), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-P", "-c", FOUND]
    ran = subprocess.run(command, cwd=copy, env=bare, capture_output=True, text=True, check=False)
    assert ran.stdout == "True\n", ran.stderr


def test_users_strategy_that_needs_what_is_not_packed_is_refused(
    make: Make, tmp_path: Path, own: Path
) -> None:
    (own / "my_rule.py").write_text("import scipy\n")
    with pytest.raises(CloudError, match=r"scipy \(imported by my_rule\.py"):
        contents.check(tmp_path, make(), [own / "my_rule.py"])


def test_users_strategy_that_does_not_work_is_not_packed(own: Path) -> None:
    (own / "my_rule.py").write_text((ROOT / "chalicelib/strategies/momentum.py").read_text())
    with pytest.raises(InputError, match=r"momentum\.py and .*my_rule\.py"):
        files_to_ship(os.environ)
