"""The house looks at itself: the files that git tracks, and the Python and SQL among them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BINARY = {".png", ".jpg", ".woff2", ".otf", ".ttf", ".mo", ".gz", ".xlsx", ".xls", ".parquet", ".ico", ".zip", ".pdf"}


def _tracked() -> list[Path]:
    """Files that git tracks; every file below the root where this is no git checkout."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        hidden = (".venv", ".git", "__pycache__", "node_modules", "var", ".mypy_cache", ".ruff_cache", ".pytest_cache")
        return [path for path in ROOT.rglob("*") if path.is_file() and not any(part in hidden for part in path.parts)]
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def tracked() -> list[Path]:
    return _tracked()


@pytest.fixture(scope="session")
def tracked_texts(tracked: list[Path]) -> dict[str, str]:
    """Every tracked text file: its path from the root, and what it says."""
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8", errors="replace")
        for path in tracked
        if path.suffix not in BINARY and not path.is_symlink()
    }


@pytest.fixture(scope="session")
def sources(tracked_texts: dict[str, str]) -> dict[str, str]:
    """The Python files of the product."""
    return {name: text for name, text in tracked_texts.items() if name.startswith("src/") and name.endswith(".py")}
