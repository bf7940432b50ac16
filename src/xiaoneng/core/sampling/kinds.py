"""Ready-made appraisals as data: who is rated, in which comparable groups, and which strata of raters the sources name."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from ..errors import PresetError
from .rules import EXCLUSION_RULES

KINDS = (
    "society_rates_agencies",
    "staff_rate_leadership",
    "county_and_towns_rate_middle_managers",
    "ten_thousand_people",
    "service_rating",
    "free",
)


@dataclass(frozen=True)
class Origin:
    """Where something was read, and whether the document itself was read."""

    id: str
    label: dict[str, str]
    address: str
    is_confirmed: bool


@dataclass(frozen=True)
class PresetStratum:
    """A stratum of raters.

    Out     label: by language; level: county, town or any; cadre: yes, no or mixed; weight: share of the score that a source gives
            it, None is by population
    """

    id: str
    label: dict[str, str]
    level: str
    cadre: str
    sources: tuple[Origin, ...]
    weight: float | None = None
    is_weight_confirmed: bool = False
    weight_sources: tuple[Origin, ...] = ()


@dataclass(frozen=True)
class PresetGroup:
    """A comparable group of appraisees."""

    id: str
    label: dict[str, str]
    sources: tuple[Origin, ...]


@dataclass(frozen=True)
class Preset:
    """A kind of appraisal to start from; everything in it may be changed before the round is announced.

    Out     appraisee: identifier of what is rated; cadre_cap: proposed share, None is none
    """

    kind: str
    label: dict[str, str]
    appraisee: str
    groups: tuple[PresetGroup, ...]
    strata: tuple[PresetStratum, ...]
    exclusions: tuple[str, ...]
    cadre_cap: float | None
    is_cap_confirmed: bool
    sources: tuple[Origin, ...]


def presets() -> tuple[Preset, ...]:
    """All shipped presets, in their order."""
    return tuple(load_preset(kind) for kind in KINDS)


def load_preset(kind: str) -> Preset:
    """A shipped preset.

    Raises  PresetError where there is no such kind
    """
    if kind not in KINDS:
        raise PresetError(f"there is no preset {kind!r}; the presets are {', '.join(KINDS)}")
    return preset_from_dict(kind, _shipped(kind))


def read_preset(path: Path) -> Preset:
    """A county's own preset, a TOML file of the same form; strata, groups and sources of its own may stand in it under
    `own_strata`, `own_groups` and `own_sources`.

    Raises  PresetError where it cannot be read or names what is not defined
    """
    try:
        return preset_from_dict(path.stem, tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise PresetError(f"{path.name}: it cannot be read as TOML ({error})") from error


def preset_from_dict(kind: str, given: Mapping[str, Any]) -> Preset:
    """A preset from plain values; what it names must be defined.

    Raises  PresetError
    """
    try:
        return _preset(kind, given)
    except (KeyError, TypeError, AttributeError) as error:
        raise PresetError(
            f"preset {kind}: {error} is not defined or malformed; compare it with a shipped one"
        ) from error


def _preset(kind: str, given: Mapping[str, Any]) -> Preset:
    origins = {**_shipped("sources"), **given.get("own_sources", {})}
    groups = {**_shipped("groups"), **given.get("own_groups", {})}
    strata = {**_shipped("strata"), **given.get("own_strata", {})}

    def read(ids: Any) -> tuple[Origin, ...]:
        return tuple(
            Origin(one, _label(origins[one]), origins[one].get("address", ""), bool(origins[one].get("is_confirmed")))
            for one in ids
        )

    listed = []
    for row in given["strata"]:
        known = strata[row["id"]]
        weight = row.get("weight")
        if weight is not None and not 0 < float(weight) <= 1:
            raise PresetError(
                f"preset {kind}: stratum {row['id']} has a weight of {weight}; write one above 0 and up to 1"
            )
        listed.append(
            PresetStratum(
                id=row["id"],
                label=_label(known),
                level=known["level"],
                cadre=known["cadre"],
                sources=read(known.get("sources", ())),
                weight=None if weight is None else float(weight),
                is_weight_confirmed=bool(row.get("is_weight_confirmed", False)),
                weight_sources=read(row.get("weight_sources", ())),
            )
        )
    exclusions = tuple(given["exclusions"])
    if strange := [name for name in exclusions if name not in EXCLUSION_RULES]:
        raise PresetError(f"preset {kind}: there is no exclusion {strange[0]!r}; they are {', '.join(EXCLUSION_RULES)}")
    cap = given.get("cadre_cap")
    return Preset(
        kind=kind,
        label=_label(given),
        appraisee=given["appraisee"],
        groups=tuple(PresetGroup(one, _label(groups[one]), read(groups[one]["sources"])) for one in given["groups"]),
        strata=tuple(listed),
        exclusions=exclusions,
        cadre_cap=None if cap is None else float(cap),
        is_cap_confirmed=bool(given.get("is_cap_confirmed", False)),
        sources=read(given["sources"]),
    )


def _label(given: Mapping[str, Any]) -> dict[str, str]:
    return {"zh": given["zh"], "en": given["en"]}


def _shipped(name: str) -> dict[str, Any]:
    file = resources.files(__package__).joinpath("presets", f"{name}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))
