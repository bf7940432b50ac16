"""Like with like: at which office a step, a hand-over or a return takes longer than elsewhere, and how surely.

Every case gives a unit (an agency or office at a step) one value. Values are ranked within their stratum, the ranks of a unit
are summed, and the sum is held against chance; cases that began in the same week may hang together (they stood in one queue).
Then the false discovery rate over all comparisons is held down (Benjamini and Hochberg 1995).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy import stats

from ..engine import Engine, Table
from ..tables import CASES, STEP_CAUSES, WORKED_STEPS, Column, Shape
from .slices import stage_by_case

LEAST_CASES = 20  # fewer cases of a unit are not compared
LEAST_WEEKS = 8  # nor a unit whose cases began in fewer weeks: how they hang together cannot be seen
FALSE_DISCOVERIES = (0.05, 0.01)  # the most, as a share of the confirmed findings: with the same item, with other items
_DAY = 86_400  # comparable working seconds a working day
PART_ROWS = 8_000_000  # ranked at once
_BLOCKS = 20  # of weeks, of which one at a time is left out to see how sure a saving is

# Least effect, working days a case and times the peers: with the same item, with other items of the same kind
LEAST_EXCESS_WORKDAYS = (0.5, 1.0)
LEAST_RATIO = (1.25, 1.5)
LEAST_SHARE = 0.05  # for what happens or does not, in points above the peers; and at least twice as often (other items: twice that)
_SPARSE = ("other_agency_wait", "ping_pong", "rework")  # most cases have none: means are compared, not medians
_ASKED = Shape(
    "asked",
    "one row a unit whose cases are asked for",
    (
        Column("unit_no", "BIGINT", "its place"),
        *(
            Column(name, "VARCHAR", "of the unit")
            for name in ("kind", "agency", "office", "other_agency", "other_office", "name")
        ),
    ),
)
_KEY = ("kind", "agency", "office", "other_agency", "other_office", "name")


@dataclass(frozen=True)
class Compared:
    """One unit held against its peers.

    Units   cost_workdays: all its cases together; case_workdays, peer_workdays: a case; saved_workdays: all cases together,
            were they as at the peers' median; share, peer_share: 0 to 1, None where the question is one of time alone
    """

    kind: str
    agency: str
    office: str | None
    other_agency: str | None
    other_office: str | None
    name: str
    cases: int
    touched: int
    peers: int
    weeks: int
    is_same_item: bool
    cost_workdays: float
    case_workdays: float
    peer_workdays: float
    saved_workdays: float
    share: float | None
    peer_share: float | None
    p_value: float
    q_value: float = 1.0

    @property
    def has_least_effect(self) -> bool:
        """Whether the difference is large enough to matter, whatever its sureness."""
        if self.kind in ("ping_pong", "rework"):
            share, peer_share = self.share or 0.0, self.peer_share or 0.0
            strictness = 1 if self.is_same_item else 2
            return (
                share - peer_share >= LEAST_SHARE * strictness
                and share >= 2 * peer_share * strictness
                and self.saved_workdays > 0
            )
        place = 0 if self.is_same_item else 1
        excess = self.saved_workdays / self.cases
        return excess >= LEAST_EXCESS_WORKDAYS[place] and (
            self.case_workdays >= LEAST_RATIO[place] * self.peer_workdays or self.peer_workdays <= 0
        )

    @property
    def is_confirmed(self) -> bool:
        """It differs beyond chance and by more than the least effect."""
        return self.q_value < FALSE_DISCOVERIES[not self.is_same_item] and self.has_least_effect


@dataclass(frozen=True)
class Comparisons:
    """All units compared, those that differ most surely first, and the table to open them by: one row a unit and case."""

    compared: tuple[Compared, ...]
    scores: Table


def compare(engine: Engine, worked: Table, *, cases: Table, step_causes: Table, agency_returns: Table) -> Comparisons:
    """Hold every agency and office at every step against its peers in the county.

    In      worked WORKED_STEPS, cases CASES, step_causes STEP_CAUSES, agency_returns: those of flow/agency_returns
    Empty   units with fewer than LEAST_CASES cases or LEAST_WEEKS weeks, or without a peer, are not compared
    Source  van Elteren (1960) for ranks over strata; Liang and Zeger (1986) for cases of a week; Benjamini and Hochberg (1995);
            docs/methods/flow.md, "How sure it is"
    """
    WORKED_STEPS.check(worked)
    CASES.check(cases)
    STEP_CAUSES.check(step_causes)
    scores = _scores(engine, worked, cases, step_causes, agency_returns)
    parts = engine.stage(
        "flow/score_parts", parameters={"least_cases": LEAST_CASES, "most": PART_ROWS}, unit_scores=scores
    )
    strata: Table | None = None
    weeks: Table | None = None
    for part in dict.fromkeys(row["part"] for row in parts.rows()):
        scored = engine.stage("flow/scored", parameters={"part": part}, unit_scores=scores, score_parts=parts)
        strata = engine.stage("flow/unit_strata", into=strata, scored=scored)
        weeks = engine.stage("flow/unit_weeks", into=weeks, scored=scored)
        scored.drop()
    parts.drop()
    if strata is None or weeks is None:
        return Comparisons((), scores)
    units = engine.stage("flow/compared_units", unit_strata=strata, unit_weeks=weeks)
    expected = _expected(strata.rows())
    found = [one for row in units.rows() if (one := _compared(row, expected.get(_key(row)))) is not None]
    for table in (strata, weeks, units):
        table.drop()
    return Comparisons(_with_false_discoveries(found), scores)


def _scores(engine: Engine, worked: Table, cases: Table, step_causes: Table, agency_returns: Table) -> Table:
    """One row a unit and case: what it cost the case there."""
    strata = stage_by_case(engine, "flow/case_strata", sliced={"worked_steps": worked, "cases": cases})
    by_step = {"worked_steps": worked, "step_causes": step_causes}
    signed = stage_by_case(engine, "flow/signed_names", sliced=by_step)
    endless = engine.stage("flow/endless_agencies", worked_steps=worked)
    try:
        return stage_by_case(
            engine,
            "flow/unit_scores",
            sliced={**by_step, "case_strata": strata, "agency_returns": agency_returns},
            signed_names=signed,
            endless_agencies=endless,
        )
    finally:
        for table in (strata, signed, endless):
            table.drop()


@dataclass(frozen=True)
class UnitCases:
    """The cases of a unit in the order of their identifiers, the week in which each began, and what each cost there."""

    case_ids: pa.ChunkedArray
    weeks: npt.NDArray[np.int64]
    workdays: npt.NDArray[np.float64]


def cases_of(engine: Engine, comparisons: Comparisons, units: Sequence[Compared]) -> list[UnitCases]:
    """The cases of each of these units, all of them read at once."""
    rows = [{"unit_no": place, **{name: getattr(one, name) for name in _KEY}} for place, one in enumerate(units)]
    asked = engine.from_rows(_ASKED, rows)
    table = engine.stage("flow/unit_cases", unit_scores=comparisons.scores, asked=asked)
    found = table.arrow()
    for used in (asked, table):
        used.drop()
    places, weeks, seconds = (found.column(name).to_numpy() for name in ("unit_no", "week", "seconds"))
    bounds = np.searchsorted(places, np.arange(len(units) + 1))
    return [
        UnitCases(
            found.column("case_id").slice(first, last - first).to_pylist(),
            weeks[first:last],
            seconds[first:last] / _DAY,
        )
        for first, last in pairwise(bounds.tolist())
    ]


def saving_interval(one: Compared, own: UnitCases) -> tuple[float, float]:
    """The 95 % interval of the working days that would be saved, the peers taken as they are.

    Source  delete-a-group jackknife over blocks of consecutive weeks (Kott 2001)
    """
    kinds = np.unique(own.weeks)
    blocks = np.searchsorted(kinds, own.weeks) * min(_BLOCKS, len(kinds)) // len(kinds)
    count = int(blocks.max()) + 1
    middle = np.mean if one.kind in _SPARSE else np.median
    parts = [float(middle(own.workdays[blocks != block])) for block in range(count)]
    spread = np.sqrt((count - 1) / count * np.sum((np.array(parts) - np.mean(parts)) ** 2))
    reach = float(stats.t.ppf(0.975, count - 1)) * float(spread) * len(own.workdays)
    return one.saved_workdays - reach, one.saved_workdays + reach


def _key(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in _KEY)


@dataclass
class _Expected:
    """What a unit's cases would have taken at its peers, over the strata that have any."""

    cases: int = 0
    peer_sum: float = 0.0
    excess_sum: float = 0.0
    day_excess_sum: float = 0.0
    measure_sum: float = 0.0


def _expected(rows: Sequence[dict[str, Any]]) -> dict[tuple[Any, ...], _Expected]:
    strata: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        strata[row["kind"], row["name"], row["stratum"]].append(row)
    found: dict[tuple[Any, ...], _Expected] = defaultdict(_Expected)
    for (kind, _, _), units in strata.items():
        if len(units) < 2:
            continue
        is_sparse = kind in _SPARSE
        middle = "mean" if is_sparse else "median"
        middles, days = (np.array([unit[name] for unit in units], float) for name in (middle, f"day_{middle}"))
        weights = np.array([unit["cases"] for unit in units], float)
        for place, unit in enumerate(units):
            others = np.arange(len(units)) != place
            peer = _middle(middles[others], weights[others], is_mean=is_sparse)
            day_peer = _middle(days[others], weights[others], is_mean=is_sparse)
            unit_scale = 1 / _DAY if unit["is_time"] else 1.0
            scale = (unit["limit_workdays"] or 1.0) * unit_scale
            one = found[_key(unit)]
            one.cases += unit["cases"]
            one.peer_sum += unit["cases"] * peer * scale
            one.excess_sum += unit["cases"] * (middles[place] - peer) * scale
            one.day_excess_sum += unit["cases"] * (days[place] - day_peer) * unit_scale
            one.measure_sum += unit["cases"] * middles[place] * scale
    return found


def _middle(values: npt.NDArray[np.float64], weights: npt.NDArray[np.float64], *, is_mean: bool) -> float:
    """The mean, or the median, of the peers' middles, each with the weight of its cases."""
    if is_mean:
        return float(np.average(values, weights=weights))
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2)])


def _compared(row: dict[str, Any], expected: _Expected | None) -> Compared | None:
    if expected is None or expected.cases < LEAST_CASES or row["weeks"] < LEAST_WEEKS or row["peers"] < LEAST_CASES:
        return None
    p_values = [_p_value(row, measure) for measure in ("", "day_")]
    if None in p_values:
        return None
    cases, days = row["cases"], int(row["seconds"]) / _DAY
    share = peer_share = None
    saved = min(expected.excess_sum, expected.day_excess_sum)
    if row["kind"] in ("ping_pong", "rework"):
        share, peer_share = expected.measure_sum / expected.cases, expected.peer_sum / expected.cases
        saved = days * max(0.0, 1 - peer_share / share) if share > 0 else 0.0
    return Compared(
        **{name: row[name] for name in _KEY},
        cases=cases,
        touched=row["touched"],
        peers=row["peers"],
        weeks=row["weeks"],
        is_same_item=row["same_item_share"] > 0.5,
        cost_workdays=days,
        case_workdays=days / cases if row["kind"] in _SPARSE else expected.measure_sum / expected.cases,
        peer_workdays=days / cases - saved / cases
        if share is not None
        else (expected.measure_sum - saved) / expected.cases,
        saved_workdays=saved,
        share=share,
        peer_share=peer_share,
        p_value=max(p for p in p_values if p is not None),
    )


def _p_value(row: dict[str, Any], measure: str) -> float | None:
    """One-sided, by what is compared ("") or by the time as it stands ("day_"); None where nothing varies.

    A unit must be slow by both, so that the larger of the two holds the level (Berger 1982, intersection-union).
    """
    by_weeks = row[f"{measure}variance_weeks"] * row["weeks"] / (row["weeks"] - 1)
    variance = max(by_weeks, row[f"{measure}variance_cases"])
    if variance <= 0:
        return None
    return float(stats.t.sf(row[f"{measure}score"] / np.sqrt(variance), row["weeks"] - 1))


def _with_false_discoveries(found: list[Compared]) -> tuple[Compared, ...]:
    if not found:
        return ()
    adjusted = stats.false_discovery_control([one.p_value for one in found], method="bh")
    with_q = [replace(one, q_value=float(q)) for one, q in zip(found, adjusted, strict=True)]
    return tuple(
        sorted(with_q, key=lambda one: (one.q_value, -one.saved_workdays, *(str(getattr(one, k)) for k in _KEY)))
    )
