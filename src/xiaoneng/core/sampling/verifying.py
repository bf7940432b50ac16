"""Repeating a draw: frame and record give the same people again, or the first place where they do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..engine import Engine, Table
from ..errors import DrawError
from .drawing import Conflict, drawn_hash, pick, public_parts, size_cells
from .frames import Frame
from .record import DrawRecord, commitment
from .rules import DrawRules, rules_from_dict
from .seeds import Seed


@dataclass(frozen=True)
class Difference:
    """The first place where a record and its repetition part: which part, where in it, and both values as text."""

    part: str
    where: str
    recorded: str
    repeated: str


def verify_draw(
    engine: Engine,
    frame: Frame,
    record: DrawRecord,
    *,
    conflicts: Sequence[Conflict] = (),
    drawn: Table | None = None,
) -> Difference | None:
    """The first difference between a record and the draw made again from the frame; None where all agrees.

    In      frame: with the salt of its terms, where it has one; drawn: the list that was handed out (person_key, check_code,
            is_reserve), against which every commitment is checked; without it the keys are checked by their joint hash
    Raises  DrawError where rules or seed of the record cannot be read; AllocationError where they allow no draw
    """
    rules, seed = rules_from_dict(record.rules, where="record, rules"), _seed_of(record.seed)
    if frame.digest != record.frame.get("hash"):
        return Difference("frame", "hash", str(record.frame.get("hash")), frame.digest)
    sized = size_cells(engine, frame, rules, conflicts)
    picked = pick(engine, sized, seed.for_frame(frame.terms.salt))
    try:
        found = _first(record, public_parts(frame, rules, seed, sized))
        return found or _people(record, picked.rows(), seed.for_frame(frame.terms.salt), drawn, rules)
    finally:
        for table in (picked, sized.eligible, sized.excluded, sized.cells):
            table.drop()


def _seed_of(held: dict[str, Any]) -> Seed:
    try:
        days = {
            name: date.fromisoformat(held[name]) if held.get(name) else None for name in ("announced_on", "number_on")
        }
        return Seed(str(held["text"]), str(held["number"]), **days)
    except (KeyError, TypeError, ValueError) as error:
        raise DrawError(f"record, seed: {error} is missing or malformed; take the file as it was published") from error


def _first(record: DrawRecord, repeated: dict[str, Any]) -> Difference | None:
    """Part by part, in the order in which one follows from the other. What the holder says of the frame (name, ground, holder,
    days) cannot be worked out; it is compared as the caller gives it."""
    for part in ("seed", "frame", "rules", "excluded"):
        held = getattr(record, part)
        for name in sorted({*held, *repeated[part]}):
            if held.get(name) != repeated[part].get(name):
                return Difference(part, name, str(held.get(name)), str(repeated[part].get(name)))
    mine = {(cell["stratum"], cell["part"]): cell for cell in record.cells}
    theirs = {(cell["stratum"], cell["part"]): cell for cell in repeated["cells"]}
    for key in sorted({*mine, *theirs}):
        left, right = mine.get(key, {}), theirs.get(key, {})
        for name in sorted({*left, *right}):
            if left.get(name) != right.get(name):
                return Difference("cells", f"{key[0]} / {key[1]} / {name}", str(left.get(name)), str(right.get(name)))
    if len(record.cells) != len(mine):
        return Difference("cells", "rows", str(len(record.cells)), str(len(theirs)))
    if record.cap != repeated["cap"]:
        return Difference("cap", "", str(record.cap), str(repeated["cap"]))
    return None


def _people(
    record: DrawRecord, picked: list[dict[str, Any]], seed: str, drawn: Table | None, rules: DrawRules
) -> Difference | None:
    repeated = drawn_hash(seed, picked)
    if drawn is not None and (found := _listed(record, picked, drawn)):
        return found
    if repeated != record.drawn_hash:
        return Difference("drawn", "hash", record.drawn_hash, repeated)
    for is_reserve, marks in ((False, record.commitments), (True, record.reserve_commitments)):
        expected = sum(row["is_reserve"] is is_reserve for row in picked)
        part = "reserve_commitments" if is_reserve else "commitments"
        if len(set(marks)) != expected:
            return Difference(part, "count", str(len(set(marks))), str(expected))
    return _replaced(record, rules)


def _listed(record: DrawRecord, picked: list[dict[str, Any]], drawn: Table) -> Difference | None:
    """Whether the list that was handed out holds the drawn, each under its place, and the record their commitments."""
    held = {row["person_key"]: row for row in drawn.rows()}
    for row in picked:
        place = f"{row['stratum']} / {row['part']} / {row['draw_no']}"
        mine = held.pop(row["person_key"], None)
        if mine is None:
            return Difference("drawn", place, "not in the list", "drawn")
        marks = record.reserve_commitments if row["is_reserve"] else record.commitments
        mark = commitment(str(mine["check_code"]), row["person_key"])
        if mark not in marks:
            return Difference("commitments", place, "not in the record", mark)
    if held:
        return Difference("drawn", f"{len(held)}", "in the list", "not drawn")
    return None


def _replaced(record: DrawRecord, rules: DrawRules) -> Difference | None:
    """Whether every replacement is of a drawn person by one in reserve, each once, and for a reason of the rules."""
    asked, waiting = set(record.commitments), set(record.reserve_commitments)
    for place, one in enumerate(record.replacements, 1):
        if one.get("commitment_out") not in asked:
            return Difference("replacements", f"{place} / commitment_out", str(one.get("commitment_out")), "not drawn")
        if one.get("commitment_in") not in waiting:
            return Difference(
                "replacements", f"{place} / commitment_in", str(one.get("commitment_in")), "not in reserve"
            )
        if one.get("reason") not in rules.replace_reasons:
            return Difference("replacements", f"{place} / reason", str(one.get("reason")), "not in the rules")
        asked.remove(one["commitment_out"])
        asked.add(one["commitment_in"])
        waiting.remove(one["commitment_in"])
    return None
