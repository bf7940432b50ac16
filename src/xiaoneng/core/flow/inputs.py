"""What a county gives beside the records of cases: official lists of steps, leaders who sign, papers asked for, directives."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..engine import Engine, Table
from ..errors import CountyListError
from ..tables import CASE_PAPERS, LEADERS
from .directives import read_directives
from .listed import listed_rows, refuse
from .official import read_official_steps

_LEADER_HEADINGS = {"机关": "agency", "办理人": "handler"}
_PAPER_HEADINGS = {"办件编号": "case_id", "材料": "paper", "要求日期": "asked_on"}


@dataclass(frozen=True)
class FlowInputs:
    """The tables that a county gives; what it does not give is not judged."""

    official_steps: Table | None = None
    official_order: Table | None = None
    case_papers: Table | None = None
    leaders: Table | None = None
    directive_stages: Table | None = None
    fast_lanes: tuple[str, ...] = ()


@dataclass(frozen=True)
class FlowFiles:
    """The files that hold them. `fast_lanes` are channels that are a queue of their own (绿色通道)."""

    item_steps: Path | None = None
    leaders: Path | None = None
    case_papers: Path | None = None
    directives: Path | None = None
    fast_lanes: tuple[str, ...] = ()

    def read(self, engine: Engine) -> FlowInputs:
        """Every file read.

        Raises  OfficialStepsError, DirectivesError or CountyListError where a file contradicts itself; IntakeError where it
                cannot be read
        """
        official = read_official_steps(engine, self.item_steps) if self.item_steps else (None, None)
        return FlowInputs(
            official_steps=official[0],
            official_order=official[1],
            case_papers=read_case_papers(engine, self.case_papers) if self.case_papers else None,
            leaders=read_leaders(engine, self.leaders) if self.leaders else None,
            directive_stages=read_directives(engine, self.directives) if self.directives else None,
            fast_lanes=self.fast_lanes,
        )

    def digests(self) -> Iterator[dict[str, Any]]:
        """Name, size and SHA-256 of every file that is named, for the manifest."""
        for role in ("item_steps", "leaders", "case_papers", "directives"):
            path: Path | None = getattr(self, role)
            if path is not None:
                with path.open("rb") as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
                yield {"role": role, "file_name": path.name, "bytes": path.stat().st_size, "sha256": digest}


def read_leaders(engine: Engine, path: Path) -> Table:
    """The leaders who sign, from a list with the columns 机关 agency (its code) and 办理人 handler (as in the steps).

    Out     LEADERS
    Raises  CountyListError where a column is missing or a cell is empty
    """
    return engine.from_rows(LEADERS, _full_rows(engine, path, _LEADER_HEADINGS, ("agency", "handler")))


def read_case_papers(engine: Engine, path: Path) -> Table:
    """The papers asked of applicants, from a list with the columns 办件编号 case_id, 材料 paper and, if known, 要求日期 asked_on.

    The case is named by its identifier or by its number as printed, where no other agency uses the same.

    Out     CASE_PAPERS
    Raises  CountyListError where a column is missing or a number or paper is empty
    """
    return engine.from_rows(CASE_PAPERS, _full_rows(engine, path, _PAPER_HEADINGS, ("case_id", "paper")))


def _full_rows(engine: Engine, path: Path, headings: dict[str, str], needed: tuple[str, ...]) -> list[dict[str, Any]]:
    rows, faults = [], []
    for line, cells in listed_rows(engine, path, headings=headings, needed=needed, error=CountyListError):
        row = {name: str(cell).strip() or None if cell is not None else None for name, cell in cells.items()}
        faults += [(line, f"{name} is empty; write it in every row") for name in needed if row[name] is None]
        rows.append(row)
    refuse(path.name, faults, CountyListError)
    return rows
