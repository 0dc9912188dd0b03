"""The user's own folder of strategies, named by an environment variable."""

from collections.abc import Mapping
from pathlib import Path

from chalicelib.domain.errors import InputError
from chalicelib.strategies import add_folder, broken, discover

VARIABLE = "STRATEGIES_FOLDER"


def user_folder(environment: Mapping[str, str]) -> Path | None:
    """The folder, or None where none is named; InputError when it is none."""
    named = environment.get(VARIABLE, "").strip()
    if not named:
        return None
    folder = Path(named).expanduser().resolve()
    if not folder.is_dir():
        raise InputError(
            f"{VARIABLE} is {named[:200]!r}, which is no folder",
            "Make it, name another one, or leave the variable unset.",
        )
    return folder


def use_user_folder(environment: Mapping[str, str]) -> None:
    """Let strategies be found in the user's folder, if there is one."""
    folder = user_folder(environment)
    if folder is not None:
        add_folder(str(folder))


def files_to_ship(environment: Mapping[str, str]) -> list[Path]:
    """The user's files that go into a package; InputError when one of them does not work."""
    folder = user_folder(environment)
    if folder is None:
        return []
    add_folder(str(folder))
    discover()
    for fault in broken():
        raise InputError(
            f"a strategy in {folder} does not work: {fault.reason}",
            "Mend the file, or take it out of the folder.",
        )
    return sorted(path for path in folder.glob("*.py") if path.is_file())
