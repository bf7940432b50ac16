"""Setting up says what to install where something is missing; each machine here is made of small stand-ins for python3."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

NO_VENV = 'case "$*" in *ensurepip*) exit 1 ;; esac'
TOO_OLD = 'case "$*" in *"version_info <"*) exit 1 ;; *print*) echo 3.9 ;; esac'
NO_NETWORK = 'case "$*" in *pip*) echo "ERROR: Connection to the index timed out"; exit 1 ;; esac'
DAMAGED = 'case "$*" in *pip*) echo "ERROR: hashes do not match"; exit 1 ;; esac'


def python(folder: Path, answers: str) -> None:
    folder.mkdir(parents=True)
    (folder / "python3").write_text(f"#!/bin/sh\n{answers}\n", encoding="utf-8")
    (folder / "python3").chmod(0o755)
    (folder / "python").symlink_to("python3")


def set_up(root: Path, tmp_path: Path) -> tuple[int, str]:
    """The machine has only the tools of a bare system and the python3 in `bin`."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("sh", "sed", "cut", "grep", "tail", "tr", "rm"):
        (tools / tool).symlink_to(
            next(path for path in (Path("/usr/bin") / tool, Path("/bin") / tool) if path.exists())
        )
    environment = {"PATH": f"{tmp_path / 'bin'}:{tools}", "VENV": str(tmp_path / "venv"), "LANG": "C.UTF-8"}
    done = subprocess.run(
        ["sh", "scripts/setup.sh", "run"], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("machine", "words"),
    [
        pytest.param("", ("there is no python3", "apt install python3 python3-venv"), id="no Python"),
        pytest.param(TOO_OLD, ("Python 3.11 or newer is needed, and python3 is 3.9",), id="an old Python"),
        pytest.param(NO_VENV, ("its venv module is not installed", "apt install python3-venv"), id="no venv"),
    ],
)
def test_what_is_missing_is_named_with_the_command_that_installs_it(
    machine: str, words: tuple[str, ...], root: Path, tmp_path: Path
) -> None:
    if machine:
        python(tmp_path / "bin", machine)
    code, said = set_up(root, tmp_path)
    assert code == 1
    assert [word for word in words if word not in said] == []
    assert not (tmp_path / "venv").exists()


@pytest.mark.parametrize(
    ("machine", "words"),
    [
        pytest.param(NO_NETWORK, "the package index cannot be reached", id="no network"),
        pytest.param(DAMAGED, "what locks/run.txt names could not be installed", id="another fault"),
    ],
)
def test_a_download_that_fails_is_told_apart_from_a_package_that_does(
    machine: str, words: str, root: Path, tmp_path: Path
) -> None:
    python(tmp_path / "venv" / "bin", machine)
    code, said = set_up(root, tmp_path)
    assert (code, words in said) == (1, True), said
    assert "setup.log" in said
