"""Where the time goes, kept for the pages: each table divided by what it counts over, each finding with its cases."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from xiaoneng.web.cases.models import (
    Case,
    CaseFlow,
    CaseWait,
    FlowDepartureCase,
    FlowFinding,
    FlowFindingCase,
    FlowPath,
    FlowPathKind,
    FlowScope,
    FlowTable,
)

if TYPE_CHECKING:
    import pyarrow as pa

    from xiaoneng.core.edition import EditionTables, RecordTables
    from xiaoneng.core.engine import Engine, Table

MOST_FINDING_CASES = (
    2_000  # a finding opens to these of its cases, those that it cost most; the page says how many there are
)
MOST_OVERTAKEN = 500  # of each queue
_DIGITS = 6

# How each table is divided: by which columns, so that a page reads what it shows and no more.
_DIVIDED: dict[str, tuple[str, ...]] = {
    "directly_follows": ("agency", "service_item"),
    "step_times": ("agency", "service_item"),
    "bottlenecks": ("agency",),
    "spectrum": ("agency", "from_name", "to_name"),
    "item_peers": ("item_name",),
    "handovers": (),
    "handover_counts": (),
    "absorption": ("agency",),
    "open_waits": ("agency",),
    "overtaking": ("agency",),
    "overtaken_cases": ("agency", "queue"),
    "departures": ("agency", "service_item"),
    "wait_causes": ("scope", "agency", "service_item"),
    "directive_levels": (),
}
_MODELS = (FlowFindingCase, FlowFinding, FlowDepartureCase, CaseWait, CaseFlow, FlowPath, FlowTable)


def flow_results(engine: Engine, records: RecordTables, tables: EditionTables) -> Mapping[str, Table]:
    """Every table of the flow, and the way of each case (`case_paths`), from the edition's tables."""
    from xiaoneng.core.flow import case_paths

    return {**tables.by_name, "case_paths": case_paths(engine, cases=records.cases, steps=records.steps)}


def forget_flow() -> None:
    """Take out what the last run kept."""
    for model in _MODELS:
        model.objects.all().delete()


def keep_flow(tables: Mapping[str, Table]) -> dict[str, int]:
    """Write the tables, findings and ways in place of those of the last run.

    Out     how many findings are confirmed, and how many are candidates
    """
    forget_flow()
    pks = dict(Case.objects.filter(is_current=True).values_list("case_id", "pk").iterator(chunk_size=20_000))
    for name, by in _DIVIDED.items():
        if name in tables:
            _keep_table(name, tables[name].arrow(), by)
    if "case_flows" in tables:
        _keep_ways(tables["case_paths"].arrow(), tables["case_flows"].arrow(), pks)
    if "case_causes" in tables:
        _keep_waits(tables["case_causes"].arrow(), pks)
    if "departure_cases" in tables:
        _keep_departures(tables["departure_cases"].arrow(), pks)
    if "flow_findings" not in tables:
        return {}
    _keep_findings(tables["flow_findings"].rows(), tables["flow_finding_cases"].arrow(), pks)
    certain = [row["certainty"] for row in tables["flow_findings"].rows()]
    return {f"findings_{name}": certain.count(name) for name in ("confirmed", "candidate")}


def _keep_table(name: str, rows: pa.Table, by: Sequence[str]) -> None:
    """One row of FlowTable for every value of the columns that divide the table, each with at least one row."""
    kept = [column for column in rows.column_names if column not in by or column in ("agency", "service_item")]
    divided: dict[tuple[Any, ...], list[list[Any]]] = {}
    keys = list(zip(*(rows.column(column).to_pylist() for column in by), strict=True)) or [()] * len(rows)
    values = zip(*(_plain_column(rows.column(column)) for column in kept), strict=True)
    for key, row in zip(keys, values, strict=True):
        divided.setdefault(key, []).append(list(row))
    FlowTable.objects.bulk_create(
        [_flow_table(name, dict(zip(by, key, strict=True)), kept, some) for key, some in _placed(name, divided)],
        batch_size=500,
    )


def _placed(name: str, divided: Mapping[tuple[Any, ...], list[list[Any]]]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    for key, rows in divided.items():
        yield key, rows[:MOST_OVERTAKEN] if name == "overtaken_cases" else rows


def _flow_table(name: str, key: Mapping[str, Any], columns: list[str], rows: list[list[Any]]) -> FlowTable:
    agency, item = key.get("agency"), key.get("service_item")
    told = {"all": FlowScope.COUNTY, "agency": FlowScope.AGENCY, "agency_item": FlowScope.ITEM}
    told |= {"agency_name": FlowScope.AGENCY, "agency_item_name": FlowScope.ITEM}
    if "scope" in key:
        scope = told[key["scope"]]
    else:
        scope = FlowScope.ITEM if item is not None else FlowScope.AGENCY if agency is not None else FlowScope.COUNTY
    part = [str(key[column] or "") for column in ("from_name", "to_name", "item_name", "queue") if column in key]
    if "scope" in key:
        part = [key["scope"]]
    return FlowTable(
        table=name,
        scope=scope,
        agency_code=agency or "",
        service_item=item or "",
        part="\x1f".join(part)[:620],
        columns=columns,
        rows=rows,
    )


def _plain_column(column: pa.ChunkedArray) -> list[Any]:
    """The values as JSON keeps them: instants as text, numbers to six digits."""
    values = column.to_pylist()
    return [
        round(value, _DIGITS)
        if isinstance(value, float)
        else value.isoformat()
        if isinstance(value, datetime | date)
        else value
        for value in values
    ]


def _keep_ways(paths: pa.Table, flows: pa.Table, pks: Mapping[str, int]) -> None:
    """The distinct paths, and the way of each case with what it cost."""
    import pyarrow as pa

    from .writing import insert, next_pk, places, renumber

    cases = paths.column("case_id").to_pylist()
    columns: dict[str, Any] = {"case": pa.array([pks[case] for case in cases], pa.int64())}
    columns |= {"agency_code": paths.column("agency"), "service_item": paths.column("service_item")}
    first = next_pk(FlowPath)
    for kind in FlowPathKind.values:
        ways = paths.column(f"{kind}_path").combine_chunks().dictionary_encode()
        count = len(ways.dictionary)
        codes = [hashlib.sha256(f"{kind}{names}".encode()).hexdigest()[:16] for names in ways.dictionary.to_pylist()]
        insert(
            FlowPath,
            {
                "id": pa.array(range(first, first + count), pa.int64()),
                "kind": kind,
                "code": pa.array(codes, pa.string()),
                "names": ways.dictionary,
            },
            count,
        )
        columns[f"{kind}_path"] = pa.array([first + at for at in ways.indices.to_pylist()], pa.int64())
        first += count
    same = places(paths.column("case_id"), flows.column("case_id"))
    for name in (
        "lasted_workdays",
        "waited_workdays",
        "orphan_workdays",
        "office_returns",
        "last_agency",
        "last_office",
    ):
        columns[name] = flows.column(name).combine_chunks().take(same)
    columns["last_name"] = paths.column("last_name")
    insert(CaseFlow, columns, len(cases))
    renumber(FlowPath)


def _keep_waits(rows: pa.Table, pks: Mapping[str, int]) -> None:
    """Why each case waited at each agency, one row a cause that took any time."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from xiaoneng.core.tables import CAUSES

    from .writing import insert

    cases = pa.array([pks[case] for case in rows.column("case_id").to_pylist()], pa.int64())
    named = pa.table({"case": cases, "agency_code": rows.column("agency")})
    for cause in CAUSES:
        workdays = rows.column(f"{cause}_workdays")
        some = named.append_column("workdays", workdays).filter(pc.greater(workdays, 0))
        columns: dict[str, Any] = {name: some.column(name) for name in some.column_names}
        insert(CaseWait, {**columns, "cause": cause}, len(some))


def _keep_departures(rows: pa.Table, pks: Mapping[str, int]) -> None:
    """The cases of departures that no way tells."""
    import pyarrow as pa

    from .writing import insert

    columns: dict[str, Any] = {name: rows.column(name) for name in ("departure", "name", "other_name", "times")}
    columns["case"] = pa.array([pks[case] for case in rows.column("case_id").to_pylist()], pa.int64())
    insert(FlowDepartureCase, columns, len(rows))


def _keep_findings(findings: list[dict[str, Any]], cases: pa.Table, pks: Mapping[str, int]) -> None:
    """Each finding with its sentences, and the cases that it opens to."""
    from xiaoneng.core.flow import finding_grounds, finding_sentence

    fields = {field.name for field in FlowFinding._meta.concrete_fields}
    text = {
        field.name
        for field in FlowFinding._meta.concrete_fields
        if field.get_internal_type() != "FloatField" and not field.null
    }
    for row in findings:
        told = {
            language: {"sentence": finding_sentence(row, language), "grounds": finding_grounds(row, language)}
            for language in ("zh", "en")
        }
        named = {("agency_code" if name == "agency" else name): value for name, value in row.items()}
        FlowFinding.objects.create(
            **{
                name: "" if value is None and name in text else value for name, value in named.items() if name in fields
            },
            told=told,
        )
    opened: dict[int, list[tuple[float, int]]] = {}
    for row in cases.to_pylist():
        if row["case_id"] in pks:
            opened.setdefault(row["finding_no"], []).append((row["workdays"] or 0.0, pks[row["case_id"]]))
    FlowFindingCase.objects.bulk_create(
        [
            FlowFindingCase(finding_id=number, case_id=case, workdays=days)
            for number, some in opened.items()
            for days, case in sorted(some, key=lambda one: (-one[0], one[1]))[:MOST_FINDING_CASES]
        ],
        batch_size=2_000,
    )
