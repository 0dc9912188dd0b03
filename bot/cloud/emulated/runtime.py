"""What a function can import: its own package, the SDK as in Lambda's runtime, nothing else.

Stock ministack lets a function see every package of the emulator's own environment, and a layer
comes after them: a function would run with the emulator's pydantic, and one that lacks a package
might run here and fail on AWS.
"""

import hashlib
import shutil
import sysconfig
import tempfile
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ministack.core import lambda_runtime

# What Lambda's Python runtime brings along.
PROVIDED = ("boto3", "botocore", "dateutil", "jmespath", "s3transfer", "six.py", "urllib3")
BEGIN = "def run():\n"
READY = "    _ms_install_invoke_depth()\n"


KEPT_PACKAGES = 8


def install(folder: Path, unpacked: Path) -> None:
    """Let functions see ``folder`` (links to the SDK) after their own packages.

    Packages are unpacked once, below ``unpacked``, and shared by all environments of a function:
    each would otherwise unpack and compile some 70 MB anew, for every parallel call.
    """
    _show_only_the_sdk(folder)
    _unpack_once(unpacked)


def _show_only_the_sdk(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in PROVIDED:
        link = folder / name
        link.unlink(missing_ok=True)
        link.symlink_to(Path(sysconfig.get_path("purelib")) / name)
    script = lambda_runtime._PYTHON_WORKER_SCRIPT
    if script.count(BEGIN) != 1 or script.count(READY) != 1:
        raise RuntimeError("ministack's worker script is not the one this was written for")
    hide = "    sys.path[:] = [p for p in sys.path if 'site-packages' not in p]\n"
    show = f"    sys.path.append({str(folder)!r})\n"
    script = script.replace(BEGIN, BEGIN + hide).replace(READY, show + READY)
    lambda_runtime._PYTHON_WORKER_SCRIPT = script


def _unpack_once(cache: Path) -> None:
    cache.mkdir(parents=True, exist_ok=True)
    used = sorted(cache.iterdir(), key=lambda entry: entry.stat().st_mtime, reverse=True)
    for old in used[KEPT_PACKAGES:]:
        shutil.rmtree(old)

    class SharedZip(zipfile.ZipFile):
        """A zip whose extraction is a link to the one extraction there is."""

        def extractall(self, path: Any = None, members: Any = None, pwd: Any = None) -> None:
            target = Path(path)
            folder = _unpacked(self, cache)
            target.rmdir()
            target.symlink_to(folder, target_is_directory=True)

    vars(lambda_runtime)["zipfile"] = SimpleNamespace(
        ZipFile=SharedZip,
        BadZipFile=zipfile.BadZipFile,
        LargeZipFile=zipfile.LargeZipFile,
        LargeFileError=zipfile.LargeZipFile,
    )


def _unpacked(archive: zipfile.ZipFile, cache: Path) -> Path:
    folder = cache / hashlib.sha256(Path(str(archive.filename)).read_bytes()).hexdigest()[:32]
    if folder.exists():
        folder.touch()
        return folder
    fresh = Path(tempfile.mkdtemp(dir=cache, prefix="new-"))
    zipfile.ZipFile.extractall(archive, fresh)
    try:
        fresh.rename(folder)
    except OSError:
        # Another environment was faster; its copy is as good.
        shutil.rmtree(fresh)
    return folder
