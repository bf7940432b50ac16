"""The public record of a draw: everything needed to repeat it, and nobody named in it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from ..errors import DrawError

FORMAT = "xiaoneng.draw/1"
_PARTS = (
    *("frame", "rules", "seed", "excluded", "cells", "cap"),
    *("drawn_hash", "commitments", "reserve_commitments", "replacements"),
)
_KINDS = {
    **dict.fromkeys(("frame", "rules", "seed", "excluded"), dict),
    **dict.fromkeys(("cells", "commitments", "reserve_commitments", "replacements"), list),
    "drawn_hash": str,
}
_CELL = {"stratum", "part", "population", "sample_size", "reserve_size", "weight"}


@dataclass(frozen=True)
class DrawRecord:
    """What is published of a draw.

    Out     frame: name, ground, holder, days, hash, rows set aside by reason; rules: as they were fixed beforehand; seed: both
            parts; excluded: how many, by stratum and reason; cells: a row a stratum (or part of one): population, sample size, weight;
            cap: share of cadres and how many places it moved; drawn_hash: SHA-256 of seed and the sorted keys of the drawn;
            commitments: sorted, for each drawn unit SHA-256 of its check code and its key; replacements: in order
    """

    frame: dict[str, Any]
    rules: dict[str, Any]
    seed: dict[str, Any]
    excluded: dict[str, dict[str, int]]
    cells: list[dict[str, Any]]
    cap: dict[str, Any] | None
    drawn_hash: str
    commitments: list[str]
    reserve_commitments: list[str]
    replacements: list[dict[str, Any]] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        return {"format": FORMAT, **{name: getattr(self, name) for name in _PARTS}}

    def to_json(self) -> str:
        """Canonical JSON: keys sorted, no spaces, UTF-8 signs as they are, one line end."""
        return json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON, short enough for a notice board."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    @property
    def drawn(self) -> int:
        return sum(int(cell["sample_size"]) for cell in self.cells)

    @property
    def population(self) -> int:
        return sum(int(cell["population"]) for cell in self.cells)

    def holds(self, check_code: str, person_key: str) -> bool:
        """Whether the person with this key and check code was drawn (or stepped in for another)."""
        mine = commitment(check_code, person_key)
        came = {one["commitment_in"] for one in self.replacements}
        left = {one["commitment_out"] for one in self.replacements}
        return mine in (set(self.commitments) | came) - left

    def with_replacement(self, *, left: str, came: str, stratum: str, part: str, reason: str, on: date) -> DrawRecord:
        """The record with one replacement more: two commitments, never two names."""
        entry = {
            "commitment_out": left,
            "commitment_in": came,
            "stratum": stratum,
            "part": part,
            "reason": reason,
            "on": on.isoformat(),
        }
        return replace(self, replacements=[*self.replacements, entry])


def commitment(check_code: str, person_key: str) -> str:
    """SHA-256 of a person's check code and key, parted by a line end: the person alone can make it."""
    return hashlib.sha256(f"{check_code}\n{person_key}".encode()).hexdigest()


def read_record(text: str, *, where: str = "record") -> DrawRecord:
    """A record from its JSON.

    Raises  DrawError where it is no record of a draw
    """
    try:
        held = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DrawError(f"{where}: it is no JSON ({error}); give the file record.json of the draw") from error
    if not isinstance(held, dict) or held.get("format") != FORMAT:
        raise DrawError(f"{where}: it is no record of a draw ({FORMAT}); give the file record.json of the draw")
    lacking = [name for name in _PARTS if name not in held]
    wrong = lacking or [name for name, kind in _KINDS.items() if not isinstance(held[name], kind)]
    cells = [] if wrong else [cell for cell in held["cells"] if not isinstance(cell, dict) or not set(cell) >= _CELL]
    if wrong or cells:
        raise DrawError(
            f"{where}: its part {(wrong or ['cells'])[0]} is missing or malformed; take the file as it was published"
        )
    return DrawRecord(**{name: held[name] for name in _PARTS})
