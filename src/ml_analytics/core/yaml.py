"""YAML from people: plain values only; tags, aliases and repeated keys are refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from .errors import SettingsError

MAX_BYTES = 1 << 20


class _PlainLoader(yaml.SafeLoader):
    """The safe loader without anchors (an alias bomb needs them) and with unique keys."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.constructor.ConstructorError(None, None, "aliases are not accepted", None)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice", node.start_mark
                )
        return super().construct_mapping(node, deep=deep)


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a mapping from a YAML file.

    Raises:
        SettingsError: the file is absent, too large, not YAML, or uses tags, aliases or repeated keys.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"Cannot read the YAML file '{path}': {error.strerror}.") from error
    if len(raw) > MAX_BYTES:
        raise SettingsError(
            f"The YAML file '{path}' must be at most {MAX_BYTES} bytes. Got {len(raw)} instead."
        )
    return parse_yaml(raw.decode("utf-8", errors="replace"), str(path))


def parse_yaml(text: str, source: str = "the YAML text") -> dict[str, Any]:
    """Read a mapping from YAML text.

    >>> parse_yaml("mlflow: {auto_log: true}")
    {'mlflow': {'auto_log': True}}
    """
    try:
        value = yaml.load(text, Loader=_PlainLoader)  # noqa: S506 - a SafeLoader, narrowed further
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        detail = " ".join(str(error).split())
        raise SettingsError(f"Cannot read {source} as plain YAML: {detail[:200]}.") from error
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise SettingsError(f"{source} must hold a mapping. Got {type(value).__name__} instead.")
    return value
