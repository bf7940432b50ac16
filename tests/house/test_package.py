"""What is installed is whole: the wheel carries every tracked file of the package, and the versions agree."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import xiaoneng


def test_the_wheel_carries_every_tracked_file_of_the_package(root: Path, tracked: list[Path], tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)],
        cwd=root,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        packed = set(opened.namelist())
    source = root / "src"
    wanted = {path.relative_to(source).as_posix() for path in tracked if source in path.parents}
    assert wanted - packed == set()
    assert any(name.endswith("/glossary.toml") for name in packed)


def test_the_version_is_the_same_everywhere(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == xiaoneng.__version__


def test_the_oldest_python_is_the_same_everywhere(root: Path) -> None:
    """pyproject, the types, the linter, the set-up and the two READMEs name one version."""
    said = {
        "pyproject.toml": ('requires-python = ">=3.11"', 'target-version = "py311"', 'python_version = "3.11"'),
        "scripts/setup.sh": ("sys.version_info < (3, 11)",),
        "scripts/lock.sh": ("--python-version 3.11",),
        "README.md": ("Python ≥ 3.11",),
        "README.zh-CN.md": ("Python 3.11 以上",),
    }
    lacking = [
        f"{name}: {text}"
        for name, texts in said.items()
        for text in texts
        if text not in (root / name).read_text(encoding="utf-8")
    ]
    assert lacking == []
