"""One term, one identifier, everywhere; every printed word in Chinese and in English."""

from __future__ import annotations

import importlib
import re
import string
import tomllib
from enum import StrEnum
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from xiaoneng.core import errors, tables, terms
from xiaoneng.core.words import LANGUAGES

WORDS = Path(importlib.import_module("xiaoneng.core.words").__file__ or "").parent
HANZI = re.compile(r"[\u4e00-\u9fff]")


def _entries(kind: str) -> dict[str, dict[str, str]]:
    entries: dict[str, dict[str, str]] = {}
    for file in sorted(WORDS.glob("*.toml")):
        entries |= tomllib.loads(file.read_text(encoding="utf-8")).get(kind, {})
    return entries


@pytest.mark.parametrize("kind", ["labels", "sentences"])
def test_no_word_is_defined_twice(kind: str) -> None:
    homes: dict[str, list[str]] = {}
    for file in sorted(WORDS.glob("*.toml")):
        for name in tomllib.loads(file.read_text(encoding="utf-8")).get(kind, {}):
            homes.setdefault(name, []).append(file.name)
    assert {name: files for name, files in homes.items() if len(files) > 1} == {}


@pytest.mark.parametrize("kind", ["labels", "sentences"])
def test_every_word_stands_in_both_languages(kind: str) -> None:
    lacking = [name for name, texts in _entries(kind).items() if sorted(texts) != sorted(LANGUAGES)]
    assert lacking == []
    empty = [name for name, texts in _entries(kind).items() if not all(text.strip() for text in texts.values())]
    assert empty == []


def test_chinese_labels_are_chinese_and_english_ones_are_not() -> None:
    swapped = [
        name for name, texts in _entries("labels").items() if HANZI.search(re.sub(r"[（(].*?[)）]", "", texts["en"]))
    ]
    assert swapped == []


def test_both_languages_of_a_sentence_name_the_same_facts() -> None:
    def facts(text: str) -> set[str]:
        return {name.split(".")[0].split("[")[0] for _, name, _, _ in string.Formatter().parse(text) if name}

    different = [code for code, texts in _entries("sentences").items() if facts(texts["zh"]) != facts(texts["en"])]
    assert different == []


def test_every_term_has_its_label() -> None:
    labels = _entries("labels")
    kinds = [kind for kind in vars(terms).values() if isinstance(kind, type) and issubclass(kind, StrEnum)]
    lacking = [
        f"{kind.__name__}.{term}" for kind in kinds if kind is not StrEnum for term in kind if term not in labels
    ]
    assert lacking == []


def _shapes() -> list[tables.Shape]:
    return [shape for shape in vars(tables).values() if isinstance(shape, tables.Shape)]


def test_every_column_says_what_it_means() -> None:
    assert [
        f"{shape.name}.{column.name}" for shape in _shapes() for column in shape.columns if not column.meaning
    ] == []


def test_every_shape_says_what_one_row_is_and_its_key_is_among_its_columns() -> None:
    for shape in _shapes():
        assert re.match(r"one row", shape.row), shape.name
        assert set(shape.key) <= set(shape.names), shape.name
        assert len(set(shape.names)) == len(shape.names), shape.name


def test_days_end_in_on_moments_in_at_and_yes_or_no_begins_with_is_or_has() -> None:
    wrong = []
    for shape in _shapes():
        if shape.name == "limits":  # it speaks in the words of the law packs: counts_first_day, rolls_over
            continue
        for column in shape.columns:
            name, kind = column.name, column.type
            fits = {
                "DATE": name.endswith("_on") or name in {"day", "in_force_from", "in_force_to", "review_by"},
                "TIMESTAMPTZ": name.endswith("_at"),
                "BOOLEAN": name.startswith(("is_", "has_")),
            }.get(kind, not name.endswith(("_on", "_at")) and not name.startswith(("is_", "has_")))
            if not fits:
                wrong.append(f"{shape.name}.{name} is {kind}")
    assert wrong == []


def test_the_same_column_has_the_same_type_in_every_table() -> None:
    types: dict[str, set[str]] = {}
    for shape in _shapes():
        for column in shape.columns:
            types.setdefault(column.name, set()).add(column.type)
    assert {name: kinds for name, kinds in types.items() if len(kinds) > 1} == {}


def test_every_refusal_of_the_core_is_raised_in_a_test(tracked_texts: dict[str, str]) -> None:
    tested = "\n".join(
        text for name, text in tracked_texts.items() if name.startswith("tests/") and "/house/" not in name
    )
    product = "\n".join(text for name, text in tracked_texts.items() if name.startswith("src/"))
    classes = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    raised = [kind.__name__ for kind in classes if re.search(rf"raise {kind.__name__}\b", product)]
    assert [name for name in raised if not re.search(rf"\b{name}\b", tested)] == []


def test_every_refusal_is_a_child_of_the_one_tree() -> None:
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, Exception):
            assert issubclass(kind, errors.XiaonengError)
            assert kind.__doc__


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_the_packaged_font_holds_every_character_of_our_words(root: Path, weight: str) -> None:
    with TTFont(root / f"src/xiaoneng/fonts/NotoSansCJKsc-{weight}.otf", lazy=True) as font:
        held = set(font.getBestCmap())
    used = {
        sign
        for kind in ("labels", "sentences")
        for texts in _entries(kind).values()
        for sign in "".join(texts.values())
    }
    assert sorted(sign for sign in used if ord(sign) not in held and sign.isprintable()) == []
