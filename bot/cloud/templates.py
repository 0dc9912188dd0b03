"""Read CloudFormation templates written in YAML, short tags included."""

from typing import Any

import yaml  # type: ignore[import-untyped]

SHORT = {"Ref": "Ref", "Condition": "Condition"}


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """A safe loader of its own, so that nobody else's YAML learns our tags."""


def _tag(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {SHORT.get(suffix, f"Fn::{suffix}"): value}


_Loader.add_multi_constructor("!", _tag)


def load(text: str) -> dict[str, Any]:
    """The template as CloudFormation sees it: ``!Sub x`` is ``{"Fn::Sub": "x"}``."""
    template = yaml.load(text, Loader=_Loader)  # noqa: S506  a SafeLoader
    return dict(template)


def parameters(text: str) -> set[str]:
    """The names of the parameters a template declares."""
    return set(load(text).get("Parameters", {}))
