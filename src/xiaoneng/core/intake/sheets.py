"""Workbooks (xlsx, old xls): small ones here, large ones in a child process under a memory limit."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from xiaoneng.core.engine import Engine
from xiaoneng.core.errors import DamagedFileError, EncryptedFileError, IntakeError, UnreadableFileError, UnsafeFileError

from .batch import MIB, Raw, ReadOptions, Source
from .formats import XLSX, Kind
from .sheet_rows import write_sheets

_IN_PROCESS_UNPACKED_BYTES = 64 * MIB


def read_sheets(path: Path, kind: Kind, source: Source, engine: Engine, options: ReadOptions, spill: Path) -> list[Raw]:
    """Every sheet that holds rows, each as a Raw of its own.

    Raises  DamagedFileError, EncryptedFileError; UnsafeFileError where it would need more memory than allowed
    """
    if kind.format == XLSX:
        check_declarations(path)
    folder = spill / kind.sha256[:16]
    folder.mkdir(exist_ok=True)
    facts = _in_child(path, folder, options) if _is_large(path, kind, options) else _here(path, folder, options)
    sheets = [fact for fact in facts if "number" in fact]
    if not sheets:
        raise DamagedFileError(f"{path.name}: no sheet holds a header and rows; export it again")
    raws = []
    for sheet in sheets:
        table = engine.from_parquet("raw_rows", folder / f"{sheet['number']}.parquet")
        (folder / f"{sheet['number']}.parquet").unlink()
        about = replace(source, sheet=sheet["sheet"], rows=sheet["rows"])
        raws.append(Raw(table, about, line="_line", is_hidden=sheet["is_hidden"]))
    return raws


def check_declarations(path: Path) -> None:
    """Refuse a workbook whose XML declares a document type, which Excel never writes."""
    try:
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if member.filename.endswith((".xml", ".rels")):
                    with archive.open(member) as part:
                        head = part.read(2048)
                    if b"<!DOCTYPE" in head or b"<!ENTITY" in head or "<!DOCTYPE".encode("utf-16-le") in head:
                        raise UnsafeFileError(f"{path.name}: {member.filename} declares a document type; refused")
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise DamagedFileError(f"{path.name}: the workbook is damaged ({error}); send it again") from None
    except Exception as error:
        if isinstance(error, IntakeError):
            raise
        raise DamagedFileError(f"{path.name}: the workbook is damaged ({error}); send it again") from None


def _is_large(path: Path, kind: Kind, options: ReadOptions) -> bool:
    if kind.size > options.in_child_above_bytes:
        return True
    if kind.format != XLSX:
        return False
    with zipfile.ZipFile(path) as archive:
        return sum(one.file_size for one in archive.infolist()) > _IN_PROCESS_UNPACKED_BYTES


def _here(path: Path, folder: Path, options: ReadOptions) -> list[dict[str, Any]]:
    facts: list[dict[str, Any]] = []

    def tell(fact: dict[str, Any]) -> None:
        facts.append(fact)
        if options.on_progress and "done" in fact:
            options.on_progress(fact["done"], fact["total"], "read")

    try:
        with _quiet():
            write_sheets(path, folder, tell)
    except (IntakeError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # the library's panics are no Exceptions
        raise _refusal(path, f"{type(error).__name__}: {error}") from None
    return facts


def _in_child(path: Path, folder: Path, options: ReadOptions) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "xiaoneng.core.intake.sheet_rows", str(path.resolve()), str(folder)]
    facts: list[dict[str, Any]] = []
    environment = os.environ | {"MALLOC_ARENA_MAX": "1", "OMP_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"}
    with subprocess.Popen(  # noqa: S603 (our own interpreter and module; the path is no shell word)
        [*command, str(options.memory_limit_mib)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        env=environment,
        text=True,
        encoding="utf-8",
    ) as child:
        assert child.stdout is not None
        try:
            for line in child.stdout:
                try:
                    fact = json.loads(line)
                except ValueError:
                    continue
                facts.append(fact)
                if options.on_progress and "done" in fact:
                    options.on_progress(fact["done"], fact["total"], "read")
        except BaseException:
            child.kill()
            raise
        code = child.wait()
    refused = next((fact for fact in facts if "refused" in fact), None)
    if refused and refused["refused"] == "intake":
        raise UnreadableFileError(refused["message"])
    if refused and refused["refused"] == "damaged":
        raise _refusal(path, refused["message"])
    if refused or code != 0:
        raise UnsafeFileError(
            f"{path.name}: the workbook needs more than the {options.memory_limit_mib} MiB of memory allowed; "
            "save it as CSV, split it, or raise the limit (--memory-mib)"
        )
    return facts


def _refusal(path: Path, message: str) -> IntakeError:
    if "password" in message.lower() or "encrypt" in message.lower():
        return EncryptedFileError(f"{path.name}: protected by a password; save a copy without one")
    if message.startswith("MemoryError"):
        return UnsafeFileError(f"{path.name}: not enough memory for this workbook; save it as CSV or split it")
    return DamagedFileError(
        f"{path.name}: the workbook cannot be read ({message[:200]}); open it in Excel and save it anew"
    )


@contextlib.contextmanager
def _quiet() -> Any:
    """Keep the library's panic messages off the terminal: they are in the refusal."""
    try:
        saved = os.dup(2)
    except OSError:
        yield
        return
    sink = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(sink, 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(sink)
