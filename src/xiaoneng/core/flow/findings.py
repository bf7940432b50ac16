"""Findings about where the time goes: what differs from its peers beyond chance, with the days it costs and its cases."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ..engine import Engine, Table
from ..tables import FLOW_FINDING_CASES, FLOW_FINDINGS
from ..terms import Certainty, FindingKind
from .comparing import LEAST_CASES, LEAST_SHARE, Compared, Comparisons, UnitCases, cases_of, saving_interval

_DAY = 86_400
_NO_CASES = pa.table(
    {
        "finding_no": pa.array([], pa.int64()),
        "case_id": pa.array([], pa.string()),
        "workdays": pa.array([], pa.float64()),
    }
)
_SAME_MATTER = 0.9  # of the cases of a finding
_WITHIN_PING_PONG = (
    FindingKind.SLOW_STEP,
    FindingKind.SLOW_HANDOVER,
    FindingKind.REWORK,
    FindingKind.OTHER_AGENCY_WAIT,
)
_FEWEST_OF_AGENCY = 2  # offices of an agency, all of them slow at a step, make one finding of the agency


@dataclass(frozen=True)
class Found:
    """One finding before it is numbered; `parts` are the comparisons that it rests on."""

    kind: FindingKind
    certainty: Certainty
    agency: str
    name: str
    cases: int
    cost_workdays: float
    compared_with: str
    office: str | None = None
    other_agency: str | None = None
    other_office: str | None = None
    service_item: str | None = None
    case_workdays: float | None = None
    peer_workdays: float | None = None
    saved_workdays: float | None = None
    saved_low: float | None = None
    saved_high: float | None = None
    share: float | None = None
    peer_share: float | None = None
    peers: int | None = None
    p_value: float | None = None
    q_value: float | None = None
    parts: tuple[Compared, ...] = field(default=(), repr=False)

    @property
    def lost_workdays(self) -> float:
        """What it is ranked by: the days that would be saved, else those that it costs."""
        return self.cost_workdays if self.saved_workdays is None else self.saved_workdays


def findings(
    engine: Engine,
    comparisons: Comparisons,
    worked: Table,
    *,
    cases: Table,
    agency_returns: Table,
    departures: Table,
    steps_only_here: Table,
    needless_steps: Table,
    official_steps: Table,
    is_law_cn: bool = True,
) -> tuple[Table, Table]:
    """What is to be told about where the time goes, and the cases of each finding.

    In      comparisons: of `compare`; departures DEPARTURES, steps_only_here STEPS_ONLY_HERE, needless_steps NEEDLESS_STEPS,
            official_steps OFFICIAL_STEPS; is_law_cn: whether the Chinese articles of bearing.toml bear on it
    Out     FLOW_FINDINGS, the confirmed first, then by working days lost; FLOW_FINDING_CASES
    Source  docs/methods/flow.md, "From a difference to a finding"
    """
    pairs = engine.stage("flow/agency_return_pairs", agency_returns=agency_returns)
    partners: dict[str, str | None] = {}
    for row in pairs.rows():
        partners.setdefault(row["agency"], row["other_agency"])
    pairs.drop()
    found = [
        *_from_comparisons(comparisons, partners),
        *_hidden(departures.rows(), steps_only_here.rows(), official_steps.rows()),
        *_needless(needless_steps.rows()),
    ]
    parts = list(dict.fromkeys(part for one in found for part in one.parts))
    opened = dict(zip(parts, cases_of(engine, comparisons, parts), strict=True)) if parts else {}
    found = sorted((_with_interval(one, opened) for one in found), key=_gravity)
    names, items = _names(engine, cases)
    rows, parts_of_cases = [], [_NO_CASES]
    for number, (one, own) in enumerate(_told_once(engine, worked, found, opened), start=1):
        law = _bearing().get(one.kind, {}) if is_law_cn else {}
        rows.append(_row(number, one, names, items, law))
        parts_of_cases.append(own.add_column(0, "finding_no", pa.array([number] * len(own), pa.int64())))
    finding_cases = engine.from_arrow("flow_finding_cases", pa.concat_tables(parts_of_cases))
    FLOW_FINDING_CASES.check(finding_cases)
    return engine.from_rows(FLOW_FINDINGS, rows), finding_cases


def _gravity(one: Found) -> tuple[Any, ...]:
    key = (one.kind, one.agency, one.office or "", one.name, one.other_agency or "", one.service_item or "")
    return (one.certainty != Certainty.CONFIRMED, -round(one.lost_workdays, 6), *key)


def _from_comparisons(comparisons: Comparisons, partners: Mapping[str, str | None]) -> list[Found]:
    """The confirmed comparisons: offices of one agency taken together, and each matter told once, by its narrowest name."""
    confirmed = [one for one in comparisons.compared if one.is_confirmed]
    tested = defaultdict(list)
    for one in comparisons.compared:
        if one.kind == "slow_step":
            tested[one.agency, one.name].append(one)
    signed = {(one.agency, one.name) for one in confirmed if one.kind == "signature_wait"}
    slow = {(one.agency, one.name) for one in confirmed if one.kind == "slow_step"}
    returned = {one.agency: one.cost_workdays for one in confirmed if one.kind == "ping_pong"}
    found, told = [], set()
    for one in confirmed:
        place = (one.agency, one.name)
        if one.kind in ("slow_step", "slow_handover") and place in signed:
            continue  # the wait is for the signature
        if one.kind == "slow_handover" and place in slow:
            continue  # the step is slow, whoever sends
        if one.kind == "other_agency_wait" and returned.get(one.agency, 0.0) >= 0.5 * one.cost_workdays:
            continue  # the wait is the coming and going
        parts = tested[place] if one.kind == "slow_step" else [one]
        if len(parts) >= _FEWEST_OF_AGENCY and all(part.is_confirmed for part in parts):
            if place not in told:
                told.add(place)
                found.append(_found(parts, office=None))
        else:
            other = partners.get(one.agency) if one.kind == "ping_pong" else one.other_agency
            found.append(replace(_found([one], office=one.office), other_agency=other, other_office=one.other_office))
    return found


def _found(parts: Sequence[Compared], *, office: str | None) -> Found:
    first = parts[0]
    cases = sum(part.cases for part in parts)

    def mean(name: str) -> float | None:
        values = [(getattr(part, name), part.cases) for part in parts]
        return None if any(value is None for value, _ in values) else sum(value * n for value, n in values) / cases

    return Found(
        kind=FindingKind(first.kind),
        certainty=Certainty.CONFIRMED,
        agency=first.agency,
        office=office,
        name=first.name,
        cases=sum(part.touched for part in parts) if first.share is not None else cases,
        cost_workdays=sum(part.cost_workdays for part in parts),
        case_workdays=mean("case_workdays"),
        peer_workdays=mean("peer_workdays"),
        saved_workdays=sum(part.saved_workdays for part in parts),
        share=mean("share"),
        peer_share=mean("peer_share"),
        compared_with="same_item" if first.is_same_item else "same_step",
        peers=max(part.peers for part in parts),
        p_value=max(part.p_value for part in parts),
        q_value=max(part.q_value for part in parts),
        parts=tuple(parts),
    )


def _hidden(
    departures: Iterable[Mapping[str, Any]],
    only_here: Iterable[Mapping[str, Any]],
    official: Iterable[Mapping[str, Any]],
) -> list[Found]:
    """Steps that stand on no list: a fact where there is a list, a candidate where only the peers do without it."""
    by_step: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for row in departures:
        if row["departure"] == "extra_step" and row["agency"] and row["share"] >= LEAST_SHARE:
            by_step[row["agency"], row["name"]].append(row)
    found = []
    for (agency, name), rows in by_step.items():
        cases, cost = sum(row["cases"] for row in rows), sum(row["spent_workdays"] or 0.0 for row in rows)
        if cases >= LEAST_CASES:
            found.append(
                Found(
                    kind=FindingKind.HIDDEN_STEP,
                    certainty=Certainty.CONFIRMED,
                    agency=agency,
                    name=name,
                    service_item=rows[0]["service_item"] if len(rows) == 1 else None,
                    cases=cases,
                    cost_workdays=cost,
                    case_workdays=cost / cases,
                    saved_workdays=cost,
                    share=cases / sum(row["judged"] for row in rows),
                    compared_with="official_list",
                )
            )
    listed = {(row["service_item"], row["name"]) for row in official}
    known = {(one.agency, one.name) for one in found}
    for row in only_here:
        if (row["agency"], row["name"]) not in known and (row["service_item"], row["name"]) not in listed:
            cost = row["spent_workdays"] or 0.0
            found.append(
                Found(
                    kind=FindingKind.HIDDEN_STEP,
                    certainty=Certainty.CANDIDATE,
                    agency=row["agency"],
                    name=row["name"],
                    service_item=row["service_item"],
                    cases=row["cases"],
                    cost_workdays=cost,
                    case_workdays=cost / row["cases"],
                    share=row["share"],
                    peer_share=row["peer_share"],
                    compared_with="same_item",
                )
            )
    return found


def _needless(rows: Iterable[Mapping[str, Any]]) -> list[Found]:
    return [
        Found(
            kind=FindingKind.NEEDLESS_STEP,
            certainty=Certainty.CANDIDATE,
            agency=row["agency"],
            name=row["name"],
            service_item=row["service_item"],
            cases=row["cases"],
            cost_workdays=row["spent_workdays"] or 0.0,
            case_workdays=(row["spent_workdays"] or 0.0) / row["cases"],
            compared_with="official_list" if row["has_basis"] is False else "none",
        )
        for row in rows
    ]


def _with_interval(one: Found, opened: Mapping[Compared, UnitCases]) -> Found:
    if not one.parts or one.saved_workdays is None:
        return one
    ends = [saving_interval(part, opened[part]) for part in one.parts]
    reach = sum(((high - low) / 2) ** 2 for low, high in ends) ** 0.5  # offices apart from each other
    low, high = one.saved_workdays - reach, one.saved_workdays + reach
    certainty = one.certainty if low > 0 else Certainty.CANDIDATE  # it may be that nothing would be saved
    return replace(one, saved_low=low, saved_high=high, certainty=certainty)


def _told_once(
    engine: Engine, worked: Table, found: Sequence[Found], opened: Mapping[Compared, UnitCases]
) -> Iterator[tuple[Found, pa.Table]]:
    """The findings with their cases, without those that only tell a coming and going once more.

    What two agencies send back and forth is also done again, and takes long, at both: where nearly all cases of such a
    finding are those sent back and forth, it is the same matter.
    """
    with_cases = [(one, _cases_of_finding(engine, worked, one, opened)) for one in found]
    sent = [
        ({one.agency, one.other_agency}, own.column("case_id"))
        for one, own in with_cases
        if one.kind == FindingKind.PING_PONG
    ]
    for one, own in with_cases:
        is_same = one.kind in _WITHIN_PING_PONG and any(
            one.agency in between
            and pc.sum(pc.is_in(own.column("case_id"), value_set=back)).as_py() >= _SAME_MATTER * len(own)
            for between, back in sent
            if len(own)
        )
        if not is_same:
            yield one, own


def _cases_of_finding(engine: Engine, worked: Table, one: Found, opened: Mapping[Compared, UnitCases]) -> pa.Table:
    """The cases of a finding and what each cost, the dearest first; a case that cost nothing is not listed."""
    if one.parts:
        own = pa.concat_tables(
            [
                pa.table({"case_id": opened[part].case_ids, "workdays": pa.array(opened[part].workdays, pa.float64())})
                for part in one.parts
            ]
        )
        own = own.filter(pc.greater(own.column("workdays"), 0))
    else:
        table = engine.stage(
            "flow/step_cases",
            parameters={"agency": one.agency, "name": one.name, "service_item": one.service_item},
            worked_steps=worked,
        )
        found = table.arrow()
        table.drop()
        days = pc.divide(pc.fill_null(found.column("seconds"), 0).cast(pa.float64()), float(_DAY))
        own = pa.table({"case_id": found.column("case_id"), "workdays": days})
    summed = own.group_by("case_id", use_threads=False).aggregate([("workdays", "sum")])
    named = pa.table({"case_id": summed.column("case_id"), "workdays": summed.column("workdays_sum")})
    return named.sort_by([("workdays", "descending"), ("case_id", "ascending")])


def _names(engine: Engine, cases: Table) -> tuple[dict[str, str], dict[str, str]]:
    agencies = engine.stage("flow/agency_names", cases=cases)
    items = engine.stage("flow/item_names", cases=cases)
    try:
        return (
            {row["agency"]: row["agency_name"] for row in agencies.rows()},
            {row["service_item"]: row["service_item_name"] for row in items.rows()},
        )
    finally:
        agencies.drop()
        items.drop()


@cache
def _bearing() -> dict[str, dict[str, str]]:
    return tomllib.loads(resources.files(__package__).joinpath("bearing.toml").read_text(encoding="utf-8"))


def _row(
    number: int, one: Found, names: Mapping[str, str], items: Mapping[str, str], law: Mapping[str, str]
) -> dict[str, Any]:
    other = one.other_agency if one.other_agency != one.agency else None
    return {
        "finding_no": number,
        "kind": one.kind.value,
        "certainty": one.certainty.value,
        "agency": one.agency,
        "agency_name": names.get(one.agency, one.agency),
        "office": one.office,
        "other_agency": other,
        "other_agency_name": names.get(other, other) if other else one.other_office,
        "service_item": one.service_item,
        "service_item_name": items.get(one.service_item, one.service_item) if one.service_item else None,
        "name": one.name or None,
        "cases": one.cases,
        **{
            name: None if (value := getattr(one, name)) is None else round(value, 6)
            for name in ("cost_workdays", "case_workdays", "peer_workdays", "saved_workdays", "saved_low", "saved_high")
        },
        "share": one.share,
        "peer_share": one.peer_share,
        "compared_with": one.compared_with,
        "peers": one.peers,
        "p_value": None if one.p_value is None else float(f"{one.p_value:.3g}"),
        "q_value": None if one.q_value is None else float(f"{one.q_value:.3g}"),
        "law": law.get("law"),
        "article": law.get("article"),
    }
