"""The rules of a draw as data: how many, how spread over the strata, the cap on cadres, who is excluded, what a reserve is for."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import DrawError
from .allocation import FLOOR, METHODS, CadreCap, Method

OWN_AGENCY, HEAD, LISTED = "own_agency", "head_of_rated_agency", "listed"
EXCLUSION_RULES = (OWN_AGENCY, HEAD, LISTED)
REPLACE_REASONS = ("unreachable", "moved_away", "deceased", "not_eligible")


@dataclass(frozen=True)
class DrawRules:
    """What is fixed, and published, before the seed is known.

    In      spreads: expected standard deviation by stratum, for Neyman; exclusions: in the order in which reasons are told
            (own_agency: works for the agency that served it; head_of_rated_agency; listed: stands on a list of conflicts);
            reserve: units held in reserve in every stratum, 0 is no replacement; replace_reasons: when one of them steps in
    """

    sample_size: int
    method: Method = "neyman"
    floor: int = FLOOR
    spreads: Mapping[str, float] = field(default_factory=dict)
    cap: CadreCap | None = None
    exclusions: tuple[str, ...] = EXCLUSION_RULES
    reserve: int = 0
    replace_reasons: tuple[str, ...] = REPLACE_REASONS

    @property
    def is_capped(self) -> bool:
        return self.cap is not None and (self.cap.overall is not None or self.cap.per_stratum is not None)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for the public record."""
        cap = (
            {"overall": self.cap.overall, "per_stratum": self.cap.per_stratum} if self.cap and self.is_capped else None
        )
        return {
            "sample_size": self.sample_size,
            "method": self.method,
            "floor": self.floor,
            "spreads": {name: float(spread) for name, spread in sorted(self.spreads.items())},
            "cadre_cap": cap,
            "exclusions": list(self.exclusions),
            "reserve": self.reserve,
            "replace_reasons": list(self.replace_reasons),
        }


def rules_from_dict(given: Mapping[str, Any], *, where: str = "rules") -> DrawRules:
    """Rules from plain values, as `to_dict` writes them; what is left out takes its default.

    Raises  DrawError where a key is unknown or a value is none of those allowed
    """
    known = DrawRules(sample_size=1).to_dict()
    strange = sorted(set(given) - set(known))
    if strange:
        raise DrawError(f"{where}: there is no rule {strange[0]!r}; the rules are {', '.join(known)}")
    if not _is_count(given.get("sample_size")) or given["sample_size"] < 1:
        raise DrawError(f"{where}: sample_size must be a whole number of 1 or more; write how many are drawn")
    for name in ("floor", "reserve"):
        if not _is_count(given.get(name, known[name])):
            raise DrawError(f"{where}: {name} must be a whole number of 0 or more")
    if given.get("method", "neyman") not in METHODS:
        raise DrawError(f"{where}: there is no allocation {given['method']!r}; write neyman, proportional or equal")
    exclusions = tuple(given.get("exclusions", EXCLUSION_RULES))
    if wrong := [name for name in exclusions if name not in EXCLUSION_RULES]:
        raise DrawError(f"{where}: there is no exclusion {wrong[0]!r}; the exclusions are {', '.join(EXCLUSION_RULES)}")
    try:
        spreads = {str(name): float(spread) for name, spread in dict(given.get("spreads") or {}).items()}
        cap = dict(given.get("cadre_cap") or {})
        shares = {name: None if share is None else float(share) for name, share in cap.items()}
        capped = CadreCap(**shares) if shares else None
    except (TypeError, ValueError) as error:
        raise DrawError(f"{where}: spreads and cadre_cap (overall, per_stratum) must be numbers ({error})") from error
    return DrawRules(
        sample_size=int(given["sample_size"]),
        method=given.get("method", "neyman"),
        floor=int(given.get("floor", FLOOR)),
        spreads=spreads,
        cap=capped,
        exclusions=exclusions,
        reserve=int(given.get("reserve", 0)),
        replace_reasons=tuple(str(reason) for reason in given.get("replace_reasons", REPLACE_REASONS)),
    )


def read_rules(path: Path) -> DrawRules:
    """Rules from a TOML file.

    Raises  DrawError where it cannot be read or says what no rule says
    """
    try:
        return rules_from_dict(tomllib.loads(path.read_text(encoding="utf-8")), where=path.name)
    except (OSError, ValueError) as error:
        raise DrawError(f"{path.name}: it cannot be read as TOML ({error})") from error


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
