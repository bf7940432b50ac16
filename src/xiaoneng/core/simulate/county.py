"""The invented county: its agencies, offices and service items, as arrays that the draws index into."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import SimulationError

KINDS = ("instant", "standard", "complex")
INSTANT, STANDARD, COMPLEX = range(len(KINDS))
_CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: no I, O, S, V, Z
_CREDIT_WEIGHTS = [pow(3, place, 31) for place in range(17)]


@dataclass(frozen=True)
class County:
    """Agencies in printed order; the arrays over items run over every item of every agency.

    Units   item_statutory: in item_unit; item_promised: working days
    """

    name: str
    agency_codes: list[str]
    agency_names: list[str]
    agency_weights: npt.NDArray[np.float64]
    offices: list[list[str]]
    item_codes: list[str]
    item_catalog_codes: list[str]
    item_names: list[str]
    item_agency: npt.NDArray[np.int32]
    item_office: npt.NDArray[np.int32]
    item_kind: npt.NDArray[np.int8]
    item_statutory: npt.NDArray[np.int32]
    item_unit: list[str]
    item_promised: npt.NDArray[np.int32]
    item_weight: npt.NDArray[np.float64]


def county(agencies: int, rng: np.random.Generator) -> County:
    """The first `agencies` agencies of the invented county: departments, then towns.

    Raises  SimulationError where there are fewer than 4 agencies asked for, or more than the county has
    """
    drawn = _drawn()
    departments = drawn["departments"]
    towns = drawn["towns"]
    known = len(departments) + len(towns["names"])
    if not 4 <= agencies <= known:
        raise SimulationError(f"{agencies} agencies: the invented county has {known}; ask for 4 to {known}")
    # A county of few agencies still has towns: they take a third of the places.
    towns_taken = min(len(towns["names"]), agencies // 3)
    bodies = departments[: agencies - towns_taken]
    towns_taken = agencies - len(bodies)
    bodies = [*bodies, *(_town(towns, name) for name in towns["names"][:towns_taken])]
    catalog: dict[str, str] = {}
    rows: list[tuple[int, int, str, int, int, str, int]] = []
    for number, body in enumerate(bodies):
        for place, item in enumerate(body["items"]):
            name, kind, statutory, unit, promised = item.split("|")
            catalog.setdefault(name, f"000199{len(catalog) + 1:06d}")
            office = place % len(body["offices"])
            rows.append((number, office, name, KINDS.index(kind), int(statutory), unit, int(promised)))
    codes = [credit_code(number + 1) for number in range(len(bodies))]
    weights = np.array([body["weight"] for body in bodies]) * rng.lognormal(0, 0.15, len(bodies))
    # Within an agency few items make most of the work.
    item_weight = np.array([1 / (1 + place) ** 0.9 for body in bodies for place in range(len(body["items"]))])
    return County(
        name=drawn["county"],
        agency_codes=codes,
        agency_names=[body["name"] for body in bodies],
        agency_weights=weights / weights.sum(),
        offices=[body["offices"] for body in bodies],
        item_codes=[f"{codes[row[0]]}4{catalog[row[2]]}" for row in rows],
        item_catalog_codes=[catalog[row[2]] for row in rows],
        item_names=[row[2] for row in rows],
        item_agency=np.array([row[0] for row in rows], np.int32),
        item_office=np.array([row[1] for row in rows], np.int32),
        item_kind=np.array([row[3] for row in rows], np.int8),
        item_statutory=np.array([row[4] for row in rows], np.int32),
        item_unit=[row[5] for row in rows],
        item_promised=np.array([row[6] for row in rows], np.int32),
        item_weight=item_weight,
    )


@cache
def _drawn() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("county.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _town(towns: dict[str, Any], name: str) -> dict[str, Any]:
    printed = name if name.endswith("委员会") else name + towns["suffix"]
    return {"name": printed, "weight": towns["weight"], "offices": towns["offices"], "items": towns["items"]}


def credit_code(number: int) -> str:
    """A well-formed unified credit code of a government body (11…) in a region that does not exist; 0 is the county's."""
    first = f"11{_drawn()['region_code']}{number:09d}"
    total = sum(_CREDIT_SIGNS.index(sign) * weight for sign, weight in zip(first, _CREDIT_WEIGHTS, strict=True))
    return first + _CREDIT_SIGNS[(31 - total % 31) % 31]
