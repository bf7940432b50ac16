"""The draw (抽签): in every stratum the units with the smallest SHA-256 of seed, stratum and key."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from ..engine import Engine, Table
from ..errors import DrawError
from ..tables import CELLS, CONFLICTS, DRAWN, EXCLUDED
from .allocation import Allocation, Stratum, allocate
from .frames import Frame
from .record import DrawRecord, commitment
from .rules import HEAD, LISTED, OWN_AGENCY, DrawRules
from .seeds import Seed

_CODE_BYTES = 10  # 80 bits: nobody finds the code of a known key by trying


@dataclass(frozen=True)
class Conflict:
    """A listed conflict of interest: this unit may not rate this agency (None: any)."""

    person_key: str
    agency: str | None = None
    reason: str = "recusal"


@dataclass(frozen=True)
class Draw:
    """Who was drawn.

    Out     drawn: DRAWN, for the holder of the roll alone; excluded: EXCLUDED, likewise; record: for everybody
    """

    drawn: Table
    excluded: Table
    record: DrawRecord


@dataclass(frozen=True)
class Sized:
    """What a draw is made of before anybody is drawn: those eligible, the excluded, how many in each cell."""

    eligible: Table
    excluded: Table
    cells: Table
    allocation: Allocation
    excluded_by_stratum: dict[str, dict[str, int]]


def draw(
    engine: Engine,
    frame: Frame,
    *,
    rules: DrawRules,
    seed: Seed,
    conflicts: Sequence[Conflict] = (),
    random_bytes: Callable[[int], bytes],
) -> Draw:
    """Draw by rules and seed; the same frame, rules, conflicts and seed give the same people, on any machine.

    In      random_bytes: for the check codes alone; they decide nothing about who is drawn
    Raises  AllocationError where no allocation fits; DrawError where a cap on cadres is asked of a frame that does not say who is one
    Source  docs/methods/sampling.md, "The draw"
    """
    sized = size_cells(engine, frame, rules, conflicts)
    picked = pick(engine, sized, seed.for_frame(frame.terms.salt))
    codes = [random_bytes(_CODE_BYTES).hex() for _ in range(picked.count())]
    drawn = engine.with_column("drawn", picked, "check_code", pa.array(codes, pa.string()))
    picked.drop()
    DRAWN.check(drawn)
    held = drawn.arrow(columns=["stratum", "person_key", "is_reserve", "check_code"]).to_pylist()
    marks = [(row["is_reserve"], commitment(row["check_code"], row["person_key"])) for row in held]
    record = DrawRecord(
        **public_parts(frame, rules, seed, sized),
        drawn_hash=drawn_hash(seed.for_frame(frame.terms.salt), held),
        commitments=sorted(mark for is_reserve, mark in marks if not is_reserve),
        reserve_commitments=sorted(mark for is_reserve, mark in marks if is_reserve),
    )
    sized.eligible.drop()
    sized.cells.drop()
    return Draw(drawn, sized.excluded, record)


def size_cells(engine: Engine, frame: Frame, rules: DrawRules, conflicts: Sequence[Conflict] = ()) -> Sized:
    """Exclusions, then the allocation over those who are left."""
    if rules.is_capped:
        _refuse_unknown_cadres(frame)
    excluded = exclusions(engine, frame, rules, conflicts)
    given = {"is_split": rules.is_capped}
    eligible = engine.stage("sampling/eligible", parameters=given, frame=frame.units, excluded=excluded)
    counted = engine.stage("sampling/cell_sizes", eligible=eligible)
    rows = counted.rows()
    counted.drop()
    strange = sorted(set(rules.spreads) - {row["stratum"] for row in rows})
    if strange:
        raise DrawError(
            f"the rules give a spread for {strange[0]}, and the frame has no such stratum; correct its name"
        )
    strata = [
        Stratum(row["stratum"], row["population"], rules.spreads.get(row["stratum"]), row["part"] == "cadre")
        for row in rows
    ]
    cap = rules.cap if rules.is_capped else None
    allocation = allocate(strata, sample_size=rules.sample_size, method=rules.method, floor=rules.floor, cap=cap)
    cells = engine.from_rows(
        CELLS,
        [
            row | {"sample_size": size, "reserve_size": min(rules.reserve, row["population"] - size)}
            for row, size in zip(rows, allocation.sizes, strict=True)
        ],
    )
    reasons: dict[str, Counter[str]] = {}
    for stratum, reason in zip(
        *(excluded.arrow().column(name).to_pylist() for name in ("stratum", "reason")), strict=True
    ):
        reasons.setdefault(stratum, Counter())[reason] += 1
    return Sized(eligible, excluded, cells, allocation, {name: dict(found) for name, found in reasons.items()})


def exclusions(engine: Engine, frame: Frame, rules: DrawRules, conflicts: Sequence[Conflict] = ()) -> Table:
    """Who may not be drawn, each with the first reason in the order of the rules.

    Out     EXCLUDED. A conflict with one agency excludes those whom this agency served; of others it bars the agency
            (see assign_agencies)
    """
    order = {name: place for place, name in enumerate(rules.exclusions)}
    rows = [
        {"person_key": one.person_key, "agency": one.agency, "reason": one.reason}
        for one in conflicts
        if LISTED in order
    ]
    listed = engine.from_rows(CONFLICTS, rows)
    given = {
        "own_agency_order": order.get(OWN_AGENCY),
        "head_order": order.get(HEAD),
        "listed_order": order.get(LISTED),
    }
    excluded = engine.stage("sampling/exclusions", out=EXCLUDED, parameters=given, frame=frame.units, listed=listed)
    listed.drop()
    return excluded


def pick(engine: Engine, sized: Sized, seed: str) -> Table:
    """DRAWN without check codes."""
    return engine.stage("sampling/drawn", parameters={"seed": seed}, eligible=sized.eligible, cells=sized.cells)


def public_parts(frame: Frame, rules: DrawRules, seed: Seed, sized: Sized) -> dict[str, Any]:
    """What the record says of frame, rules, seed and strata."""
    terms = frame.terms
    cells = []
    for row in sized.cells.rows():
        weight = row["population"] / row["sample_size"] if row["sample_size"] else None
        cells.append({name: row[name] for name in CELLS.names} | {"weight": weight})
    return {
        "frame": {
            "name": terms.name,
            "legal_ground": terms.legal_ground,
            "holder": terms.holder,
            "made_on": terms.made_on.isoformat(),
            "delete_by": terms.delete_by.isoformat(),
            "is_salted": bool(terms.salt),
            "hash": frame.digest,
            "rows": frame.rows,
            "set_aside": frame.reasons(),
        },
        "rules": rules.to_dict(),
        "seed": seed.to_dict(),
        # By stratum and not by its parts, which would say of few whether they were cadres
        "excluded": {name: dict(sorted(found.items())) for name, found in sorted(sized.excluded_by_stratum.items())},
        "cells": cells,
        "cap": _cap_report(rules, sized.allocation),
    }


def drawn_hash(seed: str, drawn: Iterable[dict[str, Any]]) -> str:
    """SHA-256 of the seed and the sorted strata and keys of the drawn, then of the reserve."""
    lines = sorted(f"{int(row['is_reserve'])}\t{row['stratum']}\t{row['person_key']}\n" for row in drawn)
    return hashlib.sha256(f"{seed}\n{''.join(lines)}".encode()).hexdigest()


def replace_person(
    engine: Engine, drawn: Table, record: DrawRecord, *, person_key: str, reason: str, on: date
) -> tuple[str, DrawRecord]:
    """Who steps in for a drawn person, and the record that says so: the next in reserve of the same cell, never one chosen.

    In      drawn: DRAWN, as the draw gave it; replacements made before stand in the record
    Raises  DrawError where the rules allow no reserve, not this reason, the person is not drawn, or the reserve is used up
    """
    rules = record.rules
    if not rules["reserve"]:
        raise DrawError("the rules of this draw hold nobody in reserve, so nobody is replaced; count it as no answer")
    if reason not in rules["replace_reasons"]:
        allowed = ", ".join(rules["replace_reasons"])
        raise DrawError(f"{reason!r} is no reason for a replacement by the rules of this draw; they allow {allowed}")
    rows = drawn.rows()
    marks = {row["person_key"]: commitment(row["check_code"], row["person_key"]) for row in rows}
    came = {one["commitment_in"] for one in record.replacements}
    left = {one["commitment_out"] for one in record.replacements}
    mine = next((row for row in rows if row["person_key"] == person_key), None)
    if mine is None or marks[person_key] in left or (mine["is_reserve"] and marks[person_key] not in came):
        raise DrawError("this person is not among the drawn, or was replaced already; look at the list of the drawn")
    cell = (mine["stratum"], mine["part"])
    for row in rows:
        if row["is_reserve"] and (row["stratum"], row["part"]) == cell and marks[row["person_key"]] not in came | left:
            entry = {"stratum": cell[0], "part": cell[1], "reason": reason, "on": on}
            stepped = record.with_replacement(left=marks[person_key], came=marks[row["person_key"]], **entry)
            return row["person_key"], stepped
    raise DrawError(f"the reserve of stratum {cell[0]} is used up; count it as no answer")


def _cap_report(rules: DrawRules, allocation: Allocation) -> dict[str, Any] | None:
    if not rules.is_capped:
        return None
    drawn = sum(allocation.sizes)
    return {"cadres": allocation.cadres, "share": allocation.cadres / drawn, "moved": allocation.moved}


def _refuse_unknown_cadres(frame: Frame) -> None:
    marks = frame.units.arrow(columns=["is_cadre", "line"])
    lines = [
        line
        for mark, line in zip(*(marks.column(n).to_pylist() for n in ("is_cadre", "line")), strict=True)
        if mark is None
    ]
    if lines:
        told = ", ".join(map(str, sorted(lines)[:5]))
        raise DrawError(
            f"a cap on cadres needs to know who is one, and {len(lines)} rows do not say (line {told}): "
            "fill in the column, or draw without a cap"
        )
