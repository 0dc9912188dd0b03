"""How commands answer: data on standard output, the rest on standard error, honest exit codes."""

import json
import sys
from collections.abc import Callable
from enum import IntEnum
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import typer
from rich.console import Console
from rich.markup import escape

from chalicelib.domain.errors import (
    AuthError,
    ConflictError,
    InputError,
    NotFoundError,
    StoreError,
    TesterError,
)

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")

out = Console(highlight=False, emoji=False)
err = Console(stderr=True, highlight=False, emoji=False)


class Exit(IntEnum):
    """What a command's exit code means."""

    OK = 0
    FAILED = 1
    USAGE = 2
    NOT_HEALTHY = 3
    REFUSED = 4
    NOT_ALLOWED = 5
    REMOTE = 6


EXITS: tuple[tuple[type[TesterError], Exit], ...] = (
    (InputError, Exit.USAGE),
    (NotFoundError, Exit.USAGE),
    (ConflictError, Exit.REFUSED),
    (AuthError, Exit.NOT_ALLOWED),
    (StoreError, Exit.REMOTE),
)


def answer(document: Any, as_json: bool, human: Callable[[], None]) -> None:
    """Print one answer: a JSON document for programs, or ``human`` for people."""
    if as_json:
        sys.stdout.write(json.dumps(document, indent=2, default=str, allow_nan=False) + "\n")
    else:
        human()


def say(text: str) -> None:
    """Print a line for people; what came from markets cannot format or control the terminal."""
    out.print(escape(text), soft_wrap=True)


def fail(exc: TesterError) -> "typer.Exit":
    """Say what went wrong and what to do next; answers the exit to raise."""
    err.print(f"[red]error:[/] {escape(exc.message)}", soft_wrap=True)
    if exc.hint:
        err.print(f"  [dim]next:[/] {escape(exc.hint)}", soft_wrap=True)
    code = next((code for kind, code in EXITS if isinstance(exc, kind)), Exit.FAILED)
    return typer.Exit(code)


def guarded(command: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """Turn a known failure of a command into its message and exit code."""

    @wraps(command)
    def run(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
        try:
            return command(*args, **kwargs)
        except TesterError as exc:
            raise fail(exc) from exc

    return run
