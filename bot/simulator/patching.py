"""Change the real code for a while; nothing of it is left when the context ends."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from importlib import import_module
from typing import Any

Patch = Callable[[], AbstractContextManager[None]]


def module(name: str) -> Any:
    """A module of the product, to be looked into and patched by name."""
    return import_module(f"chalicelib.{name}")


@contextmanager
def patched(owner: Any, name: str, value: Any) -> Iterator[None]:
    """Give a module or a class another attribute for a while."""
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


def together(*patches: Patch) -> Patch:
    """Several patches at once; each finds what the one before it left."""

    @contextmanager
    def all_of_them() -> Iterator[None]:
        with ExitStack() as stack:
            for patch in patches:
                stack.enter_context(patch())
            yield

    return all_of_them
