"""A package that lacks something is refused before it is deployed."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cloud import contents
from bot.cloud.errors import CloudError
from bot.cloud.layout import Layout
from bot.cloud.package import package

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
