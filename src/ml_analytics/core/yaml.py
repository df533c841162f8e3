"""YAML from people: plain values only; tags, aliases and repeated keys are refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import yaml

from .errors import SettingsError

MAX_BYTES = 1 << 20


class _PlainLoader(yaml.SafeLoader):
    """The safe loader without tags and aliases (an alias bomb needs them) and with unique keys."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.constructor.ConstructorError(None, None, "aliases are not accepted", None)
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if getattr(event, "tag", None) is not None:
            raise yaml.constructor.ConstructorError(None, None, "tags are not accepted", None)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for one, _ in node.value:
            key = self.construct_object(one, deep=True)
            if not isinstance(key, (str, int, float, date)):
                raise yaml.constructor.ConstructorError(None, None, "a key must be one word", one.start_mark)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} stands twice", node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a mapping from a YAML file.

    Raises:
        SettingsError: the file is absent, too large, not YAML, or uses tags, aliases or repeated keys.
    """
    try:
        with path.open("rb") as handle:
            raw = handle.read(MAX_BYTES + 1)
    except OSError as error:
        raise SettingsError(f"Cannot read the YAML file '{path}': {error.strerror}.") from error
    if len(raw) > MAX_BYTES:
        raise SettingsError(f"The YAML file '{path}' must be at most {MAX_BYTES} bytes. Got more.")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SettingsError(
            f"The YAML file '{path}' must be UTF-8 text. Byte {error.start} is not."
        ) from error
    return parse_yaml(text, f"'{path}'")


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
    strange = next((key for key in value if not isinstance(key, str)), None)
    if strange is not None:
        raise SettingsError(f"The keys of {source} must be texts. Got {strange!r} instead.")
    return value
