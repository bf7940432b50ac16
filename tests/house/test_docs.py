"""The papers of the house: links lead somewhere, the changelog has its form, the two READMEs say the same."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

LINK = re.compile(r"(?<!`)!?\[[^\]\n]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"```.*?```", re.DOTALL)


def _without_code(text: str) -> str:
    return re.sub(r"`[^`\n]*`", "", FENCE.sub("", text))


def _anchors(text: str) -> set[str]:
    heads = re.findall(r"^#{1,6} +(.+?) *$", FENCE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower().replace("`", "")).replace(" ", "-") for head in heads}


def test_every_link_leads_somewhere(tracked_texts: dict[str, str], root: Path) -> None:
    lost = []
    for name, text in tracked_texts.items():
        if not name.endswith(".md"):
            continue
        for target in LINK.findall(_without_code(text)):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = target.partition("#")
            file = (root / name).parent / path if path else root / name
            if not file.exists():
                lost.append(f"{name}: {target}")
            elif anchor and file.suffix == ".md" and anchor not in _anchors(file.read_text(encoding="utf-8")):
                lost.append(f"{name}: {target} (no such heading)")
    assert lost == []


def test_files_named_in_the_walks_exist(root: Path) -> None:
    """CONTRIBUTING names files in code marks; each of them is there."""
    text = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:src|tests|docs|scripts|locks)/[\w./-]+\.\w+)`", text)
    assert len(named) > 5
    assert [name for name in named if not (root / name).exists()] == []


def test_the_changelog_has_its_form(root: Path) -> None:
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    heads = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert heads
    assert [
        head for head in heads if not re.fullmatch(r"\[(Unreleased|\d+\.\d+\.\d+)\]( - \d{4}-\d{2}-\d{2})?", head)
    ] == []
    parts = set(re.findall(r"^### (.+)$", text, re.MULTILINE))
    assert parts <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security", "Method"}


def test_every_decision_is_listed(root: Path) -> None:
    listed = (root / "docs/decisions/README.md").read_text(encoding="utf-8")
    files = {path.name for path in (root / "docs/decisions").glob("0*.md")}
    assert {name for name in files if name not in listed} == set()


def test_both_readmes_show_the_same_commands(root: Path) -> None:
    def commands(name: str) -> list[str]:
        blocks = FENCE.findall((root / name).read_text(encoding="utf-8"))
        return [
            line.split()[1] for block in blocks for line in block.splitlines() if line.startswith(("make", "xiaoneng"))
        ]

    assert commands("README.md") == commands("README.zh-CN.md")
    assert commands("README.md")[:2] == ["run", "test"]


def test_the_first_screen_has_a_picture_and_the_two_commands(root: Path) -> None:
    for name in ("README.md", "README.zh-CN.md"):
        first = (root / name).read_text(encoding="utf-8").split("\n## ")[0]
        assert "![" in first
        assert "make run" in first
        assert "make test" in first
        assert first.count("\n") < 40


def test_the_glossary_in_docs_is_the_one_in_the_package(root: Path) -> None:
    in_docs = root / "docs/glossary.toml"
    packaged = root / "src/xiaoneng/core/words/glossary.toml"
    assert in_docs.read_bytes() == packaged.read_bytes()
    assert tomllib.loads(in_docs.read_text(encoding="utf-8"))["labels"]
