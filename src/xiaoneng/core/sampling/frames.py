"""The frame (抽样框): who may be drawn, from a roll or from the records of cases; what was set aside; its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from ..engine import Engine, Pick, Table
from ..errors import FrameError
from ..intake import ReadOptions, raw_rows
from ..tables import CASES, EXPERIENCES, FRAME, FRAME_SET_ASIDE

_HEAD = "xiaoneng.frame/1"
_HASHED = ("person_key", "stratum", "agency", "own_agency", "is_cadre", "is_head")
_ROLL = (*_HASHED, "name", "contact", "is_ineligible")
CaseStratum = Literal["agency", "applicant_kind", "agency_and_applicant_kind"]


@dataclass(frozen=True)
class FrameTerms:
    """On what a frame rests, published with its hash.

    In      legal_ground: the law, decision or consent by which the roll may be used for this purpose; holder: who keeps the roll;
            made_on: day on which it was made; delete_by: day by which it is deleted; salt: a text that the holder alone
            knows and that enters hash and draw, so that nobody who knows a key can work out whether it was drawn
    """

    name: str
    legal_ground: str
    holder: str
    made_on: date
    delete_by: date
    salt: str = ""


@dataclass(frozen=True)
class Frame:
    """A cleaned frame in an engine.

    Out     units: FRAME; set_aside: FRAME_SET_ASIDE; experiences: EXPERIENCES, of all rows of the roll; rows: rows of the roll;
            digest: SHA-256 of the canonical rows, to be published before the seed is known
    """

    terms: FrameTerms
    units: Table
    set_aside: Table
    experiences: Table
    rows: int
    digest: str

    def reasons(self) -> dict[str, int]:
        """How many rows were set aside, by reason."""
        counts: dict[str, int] = {}
        for reason in self.set_aside.arrow(columns=["reason"]).column("reason").to_pylist():
            counts[reason] = counts.get(reason, 0) + 1
        return dict(sorted(counts.items()))


def read_frame(engine: Engine, path: Path, *, columns: Mapping[str, str], terms: FrameTerms) -> Frame:
    """A frame from a roll as CSV, workbook or Parquet.

    In      columns: our column -> heading in the file; person_key and stratum must be among them, and agency, own_agency,
            is_cadre, is_head, name, contact, is_ineligible may be. Marks are written 是/否, 1/0, yes/no, true/false
    Raises  FrameError where a column is missing, a row does not fit the header, or nobody is left; IntakeError where the file
            cannot be read
    """
    check_terms(terms)
    raws = raw_rows([path], engine, ReadOptions())
    try:
        roll = _picked(engine, path.name, [raw for raw in raws if not raw.is_hidden], columns)
        try:
            return clean_frame(engine, roll, terms=terms)
        finally:
            roll.drop()
    finally:
        for raw in raws:
            raw.table.drop()


def frame_from_cases(
    engine: Engine, cases: Table, *, first_on: date, last_on: date, stratum: CaseStratum = "agency", terms: FrameTerms
) -> Frame:
    """A frame of the cases that ended in a period: records of cases carry no applicant, so the case itself is drawn and its
    applicant is asked; a person with five cases stands in it five times.

    In      cases: CASES; stratum: what the strata are made of
    Raises  FrameError where no case ended in the period
    """
    CASES.check(cases)
    given = {"first_on": first_on, "last_on": last_on, "stratum": stratum}
    roll = engine.stage("sampling/case_roll", parameters=given, cases=cases)
    try:
        return clean_frame(engine, roll, terms=terms)
    finally:
        roll.drop()


def clean_frame(engine: Engine, roll: Table, *, terms: FrameTerms) -> Frame:
    """A frame from a roll as it stands: cells trimmed, rows without key or stratum, ineligible ones and repeats set aside.

    In      roll: person_key, stratum, agency, own_agency, is_cadre, is_head, name, contact, is_ineligible as texts, line
    Out     of rows with one key the one whose cells have the smallest SHA-256 stays, so that the order of the roll decides nothing
    Raises  FrameError where the terms are incomplete or nobody is left
    Source  docs/methods/sampling.md, "The frame"
    """
    check_terms(terms)
    engine.define("sampling/macros")
    judged = engine.stage("sampling/roll_rows", roll=roll)
    units = engine.stage("sampling/frame", out=FRAME, roll_rows=judged)
    set_aside = engine.stage("sampling/frame_set_aside", out=FRAME_SET_ASIDE, roll_rows=judged)
    experiences = engine.stage("sampling/experiences", out=EXPERIENCES, roll_rows=judged, frame=units)
    rows = judged.count()
    judged.drop()
    frame = Frame(terms, units, set_aside, experiences, rows, frame_digest(engine, units, salt=terms.salt))
    if not units.count():
        told = ", ".join(f"{reason} {count}" for reason, count in frame.reasons().items()) or "it has no rows"
        raise FrameError(f"frame {terms.name}: nobody is left to draw ({told}); check which columns were named")
    return frame


def frame_digest(engine: Engine, units: Table, *, salt: str = "") -> str:
    """SHA-256 over the salt and the sorted rows, whatever their order: one line a unit, its cells parted by tabs.

    In      units: FRAME. Names, contacts and lines do not enter: a corrected telephone number changes no draw
    """
    FRAME.check(units)
    lines = engine.stage("sampling/frame_lines", frame=units)
    digest = hashlib.sha256(f"{_HEAD}\n{salt}\n".encode())
    for batch in lines.batches(columns=["text_line"], rows=65536):
        digest.update("".join(f"{line}\n" for line in batch.column(0).to_pylist()).encode())
    lines.drop()
    return digest.hexdigest()


def check_terms(terms: FrameTerms) -> None:
    """Refuse a frame without a name, a ground or a holder, or one that need not be deleted."""
    for field, what in (("name", "name"), ("legal_ground", "legal ground"), ("holder", "holder")):
        if not str(getattr(terms, field)).strip():
            raise FrameError(f"the frame has no {what}; write it, because a roll of persons may not be used without")
    if terms.delete_by < terms.made_on:
        raise FrameError(
            f"frame {terms.name}: made on {terms.made_on}, to be deleted by {terms.delete_by}; correct the days"
        )


def _picked(engine: Engine, file: str, raws: list[Any], columns: Mapping[str, str]) -> Table:
    if len(raws) != 1:
        sheets = ", ".join(raw.source.sheet for raw in raws)
        raise FrameError(f"{file}: has several sheets ({sheets}); keep the roll in one")
    raw = raws[0]
    if raw.bad_rows:
        lines = ", ".join(str(bad["line"]) for bad in raw.bad_rows[:10])
        raise FrameError(
            f"{file}: {len(raw.bad_rows)} rows have not the columns of the header (line {lines}); correct them"
        )
    there = [name for name in raw.table.columns if name not in ("_line", "_sheet")]
    for ours in ("person_key", "stratum"):
        if not columns.get(ours):
            raise FrameError(f"{file}: no column was named for {ours}; the file has {', '.join(there)}")
    lost = [f"{name!r}" for name in columns.values() if name and name not in there]
    if lost:
        raise FrameError(f"{file}: there is no column {' and '.join(lost)}; the file has {', '.join(there)}")
    picks = {ours: Pick(columns[ours]) if columns.get(ours) else None for ours in _ROLL}
    return engine.picked("roll", raw.table, picks, line=raw.line)
