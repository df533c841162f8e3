"""YAML from people: plain values, nothing that could run, multiply or contradict itself (A14)."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ml_analytics.core.errors import SettingsError
from ml_analytics.core.yaml import MAX_BYTES, parse_yaml, read_yaml

words = st.text("abc xyz", min_size=1, max_size=8)
plain_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=10,
)


@pytest.mark.parametrize(
    "text",
    [
        "a: !!python/object/apply:os.system ['true']",
        "a: !!python/name:os.system",
        "a: !!python/module:os",
        "a: !!python/tuple [1, 2]",
        "!!python/object/new:os.system ['true']",
        "a: !custom 5",
        "a: !!set {x, y}",
        "a: !!binary aGVsbG8=",
        "!!python/name:os.system : 1",
    ],
)
def test_tags_are_refused(text: str) -> None:
    with pytest.raises(SettingsError, match=r"tags are not accepted|plain YAML"):
        parse_yaml(text)


def test_an_alias_bomb_is_refused_before_it_grows() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 10)]
    with pytest.raises(SettingsError, match="aliases are not accepted"):
        parse_yaml("\n".join(lines))


@pytest.mark.parametrize(
    "text", ["a: 1\na: 2", "a: {b: 1, b: 1}", "a:\n  - {c: 1, c: 2}", "1: a\n1: b", "yes: 1\ntrue: 2"]
)
def test_a_repeated_key_is_refused_at_any_depth(text: str) -> None:
    with pytest.raises(SettingsError, match="stands twice"):
        parse_yaml(text)


@pytest.mark.parametrize("text", ["- 1\n- 2", "just text", "5"])
def test_something_else_than_a_mapping_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="must hold a mapping"):
        parse_yaml(text)


@pytest.mark.parametrize(
    "text",
    [
        "a: [1, 2",
        "a: b: c",
        "\tx: 1",
        "a: \x00",
        "? [1, 2]\n: x",
        "? {a: 1}\n: x",
        "a: 1\n---\nb: 2",
        "<<: {a: 1}",
    ],
)
def test_unreadable_text_is_one_sentence(text: str) -> None:
    with pytest.raises(SettingsError, match="Cannot read the YAML text as plain YAML") as caught:
        parse_yaml(text)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["[" * 100_000, "a: " + "{b: " * 20_000, "- " * 50_000])
def test_endless_nesting_is_refused(text: str) -> None:
    with pytest.raises(SettingsError):
        parse_yaml(text)


def test_a_number_without_end_is_refused() -> None:
    with pytest.raises(SettingsError):
        parse_yaml("a: " + "9" * 10_000)


@pytest.mark.parametrize("text", ["1: a", "2018-01-01: a", "on: a", "null: a"])
def test_keys_at_the_top_must_be_texts(text: str) -> None:
    with pytest.raises(SettingsError):
        parse_yaml(text)


def test_nothing_is_an_empty_mapping() -> None:
    assert parse_yaml("") == parse_yaml("# only a comment") == {}


@given(st.dictionaries(words, plain_values, max_size=4))
def test_plain_values_come_back_as_they_were_written(values: dict[str, object]) -> None:
    assert parse_yaml(yaml.safe_dump(values)) == values


def test_a_file_is_read_with_or_without_a_byte_order_mark(tmp_path: Path) -> None:
    for text in ("a: ü", "\ufeffa: ü"):
        path = tmp_path / "settings.yaml"
        path.write_text(text, encoding="utf-8")
        assert read_yaml(path) == {"a": "ü"}


def test_a_missing_file_and_a_directory_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.yaml", tmp_path):
        with pytest.raises(SettingsError, match="Cannot read the YAML file") as caught:
            read_yaml(path)
        assert str(path) in str(caught.value)


def test_the_size_is_capped_before_parsing(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"a: " + b"x" * MAX_BYTES)
    with pytest.raises(SettingsError, match=f"at most {MAX_BYTES} bytes"):
        read_yaml(path)
    path.write_bytes(b"a: " + b"x" * (MAX_BYTES - 3))
    assert len(read_yaml(path)["a"]) == MAX_BYTES - 3


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes("a: ü".encode("latin-1"))
    with pytest.raises(SettingsError, match="must be UTF-8 text"):
        read_yaml(path)
