"""What may stand in the files of the house."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

MAX_LINES = 500
# Spelt in pieces, so that this file does not name what it forbids.
HOSTS = re.compile(
    "|".join(
        (
            r"pypi\." + "org",
            r"pythonhosted\." + "org",
            r"registry\." + r"(npmjs|yarnpkg)\.",
            r"tuna\.tsinghua\.edu",
            r"mirrors\.(aliyun|cloud\.tencent|ustc)",
        )
    )
)
MACHINE_PATHS = re.compile(r"(?<![\w.:/-])/" + r"(work|root|home/\w+|Users/\w+|opt/(pypi|wheels))\b/?")
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK)\b")


def _found(pattern: re.Pattern[str], texts: dict[str, str]) -> list[str]:
    return [
        f"{name}:{number}: {match.group()}"
        for name, text in sorted(texts.items())
        for number, line in enumerate(text.splitlines(), 1)
        if (match := pattern.search(line))
    ]


def test_no_tracked_file_names_a_package_registry(tracked_texts: dict[str, str]) -> None:
    assert _found(HOSTS, tracked_texts) == []


def test_no_tracked_file_names_a_path_of_one_machine(tracked_texts: dict[str, str]) -> None:
    assert _found(MACHINE_PATHS, tracked_texts) == []


def test_nothing_is_left_marked_as_unfinished(tracked_texts: dict[str, str]) -> None:
    own = {name: text for name, text in tracked_texts.items() if "/vendor/" not in name}
    assert _found(UNFINISHED, own) == []


def test_no_source_file_is_over_long(tracked_texts: dict[str, str]) -> None:
    """A file that tells two stories becomes a folder with two files."""
    long = {
        name: text.count("\n")
        for name, text in tracked_texts.items()
        if name.startswith("src/")
        and name.endswith((".py", ".sql", ".js", ".css", ".html"))
        and "/vendor/" not in name
        and "/migrations/" not in name  # written by the framework
    }
    assert {name: lines for name, lines in long.items() if lines > MAX_LINES} == {}


def test_every_sql_stage_says_what_one_row_is(tracked_texts: dict[str, str]) -> None:
    """The head of core/<room>/sql/<name>.sql is the line `-- name: one row ...`."""
    wrong = [
        name
        for name, text in tracked_texts.items()
        if name.startswith("src/xiaoneng/core/")
        and name.endswith(".sql")
        and not re.match(rf"-- {re.escape(Path(name).stem)}: one row\b", text)
        and not text.startswith("-- macros: ")
    ]
    assert wrong == []


def test_every_dependency_says_what_it_is_for(root: Path) -> None:
    inside = False
    bare = []
    for line in (root / "pyproject.toml").read_text(encoding="utf-8").splitlines():
        if re.match(r"^\[(project|dependency-groups|project\.optional-dependencies)\]", line):
            inside = True
        elif line.startswith("["):
            inside = False
        if inside and re.search(r'"[a-z][\w.\[\]-]*\s*[><=~]=', line, re.IGNORECASE) and "python" not in line[:8]:
            if "#" not in line and "requires" not in line:
                bare.append(line.strip())
    assert bare == []


def test_every_locked_package_carries_hashes(root: Path) -> None:
    for lock in sorted((root / "locks").glob("*.txt")):
        blocks = re.split(r"\n(?=[a-z0-9])", lock.read_text(encoding="utf-8").strip())
        assert blocks
        assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == [], lock.name


def test_the_locks_hold_every_direct_dependency(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["project"]["dependencies"], *project["project"]["optional-dependencies"]["web"]]
    locked = set(
        re.findall(r"^([a-z0-9][\w.-]*)==", (root / "locks/run.txt").read_text(encoding="utf-8"), re.MULTILINE)
    )
    names = {re.match(r"[\w.-]+", line).group().lower().replace("_", "-") for line in wanted}  # type: ignore[union-attr]
    assert names - locked == set(), "run make lock"


@pytest.mark.parametrize(
    "name", ["README.md", "README.zh-CN.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "LICENSE"]
)
def test_the_house_has_its_papers(root: Path, name: str) -> None:
    assert (root / name).stat().st_size > 200
