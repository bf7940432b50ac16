"""Tables become rows: what an import holds, and what the clocks found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Model

from xiaoneng.web.cases.models import (
    AgencyTotal,
    Card,
    CardState,
    Case,
    CaseClock,
    CoverageRow,
    Extension,
    ImportBatch,
    ImportedFile,
    ItemTotal,
    MonthTotal,
    Pause,
    SetAsideRow,
    Step,
    StepClock,
)
from xiaoneng.web.registry.models import Agency

if TYPE_CHECKING:
    import pyarrow as pa

    from xiaoneng.core.engine import Table

Tell = Callable[[int], None]
_IN_A_QUERY = 500
_STEPS_A_CASE = 1 << 24  # more than any case has: case and step as one number


def keep_batch(batch: Any, *, into: ImportBatch, files: Mapping[str, ImportedFile], tell: Tell) -> dict[str, int]:
    """Write the rows of one import; a case that is known already gets a new current row, the earlier one stays.

    Out     rows by kind, with cases_new and cases_changed
    """
    import pyarrow as pa

    from .writing import insert, next_pk, renumber

    codes = codes_by_name()
    cases = coded(batch.cases.arrow(), codes)
    changed = _set_past(cases.column("case_id").to_pylist())
    first = next_pk(Case)
    pks = pa.array(range(first, first + len(cases)), pa.int64())
    insert(Case, {"id": pks, "is_current": True, **_columns(Case, cases, files)}, len(cases))
    written = len(cases)
    tell(written)
    counts = {"cases": len(cases), "cases_changed": changed, "cases_new": len(cases) - changed}
    side: list[tuple[str, type[Model]]] = [("steps", Step), ("pauses", Pause), ("extensions", Extension)]
    for name, model in side:
        rows = coded(getattr(batch, name).arrow(), codes)
        numbers = _case_numbers(rows.column("case_id"), cases.column("case_id"), first)
        is_known = numbers.is_valid()
        rows, numbers = rows.filter(is_known), numbers.filter(is_known)
        insert(model, {"case": numbers, **_columns(model, rows, files)}, len(rows))
        counts[name] = len(rows)
        written += len(rows)
        tell(written)
    renumber(Case)
    counts["set_aside"] = keep_set_aside(batch, into=into, files=files)
    CoverageRow.objects.filter(batch=into).delete()
    CoverageRow.objects.bulk_create(
        CoverageRow(
            batch=into,
            agency_code=row.get("agency") or "",
            service_item=row.get("service_item") or "",
            source=row.get("source") or "",
            facts={
                name: value if isinstance(value, int | float) else str(value)
                for name, value in row.items()
                if value is not None
            },
        )
        for row in batch.report.coverage
    )
    return counts


def keep_set_aside(batch: Any, *, into: ImportBatch, files: Mapping[str, ImportedFile]) -> int:
    """Write the rows that were set aside, in place of those that an earlier check found."""
    from .writing import insert

    SetAsideRow.objects.filter(batch=into).delete()
    rows = batch.set_aside.arrow()
    insert(SetAsideRow, {"batch": into.pk, **_columns(SetAsideRow, rows, files)}, len(rows))
    return len(rows)


def keep_clocks(judged_cases: Table, step_clocks: Table, *, on: Any, tell: Tell) -> None:
    """Write the clock of every current case and of every limited step in place of those of the day before."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from .writing import insert, places

    StepClock.objects.all().delete()
    CaseClock.objects.all().delete()
    current = list(Case.objects.filter(is_current=True).values_list("case_id", "pk").iterator(chunk_size=20_000))
    ids, pks = pa.array([one[0] for one in current], pa.string()), pa.array([one[1] for one in current], pa.int64())
    judged = judged_cases.arrow()
    case_pks = pks.take(places(judged.column("case_id"), ids))
    promised_on, by_law_on = judged.column("due_as_promised_on"), judged.column("due_by_law_on")
    own = {"judged_on", "promised_due_on", "statutory_due_on", "first_due_on", "case"}
    columns = {name: column for name, column in _columns(CaseClock, judged, {}).items() if name not in own}
    days = {
        "judged_on": pa.array([on] * len(judged), pa.date32()),
        "promised_due_on": promised_on,
        "statutory_due_on": by_law_on,
        "first_due_on": pc.min_element_wise(promised_on, by_law_on),
    }
    insert(CaseClock, {"case": case_pks, **days, **columns}, len(judged))
    tell(len(judged))
    limited = step_clocks.arrow()
    if len(limited) == 0:
        return
    steps = list(Step.objects.filter(case__is_current=True).values_list("pk", "case_id", "step_no").iterator(20_000))
    keys = pa.array([case * _STEPS_A_CASE + step_no for _, case, step_no in steps], pa.int64())
    case_pks = pks.take(places(limited.column("case_id"), ids))
    wanted = pc.add(pc.multiply(case_pks, _STEPS_A_CASE), limited.column("step_no"))
    step_pks = pa.array([one[0] for one in steps], pa.int64()).take(places(wanted, keys))
    columns = {name: column for name, column in _columns(StepClock, limited, {}).items() if name != "step"}
    insert(StepClock, {"step": step_pks, **columns}, len(limited))


def keep_cards(judged_cases: Table, *, on: Any) -> dict[str, int]:
    """Issue the cards that are drawn for the first time; withdraw those that the records no longer draw.

    Out     how many were issued and withdrawn
    """
    import pyarrow.compute as pc

    rows = judged_cases.arrow(columns=["case_id", "agency", "card", "card_rule", "card_fell_on"])
    rows = rows.filter(pc.not_equal(rows.column("card"), "none")).to_pylist()
    drawn = {(row["case_id"], row["card_rule"], row["card_fell_on"]): row for row in rows}
    standing = {
        (card[1], card[2], card[3]): card[0]
        for card in Card.objects.filter(state=CardState.ISSUED)
        .values_list("pk", "case_key", "card_rule", "fell_on")
        .iterator(20_000)
    }
    fresh = [row for key, row in drawn.items() if key not in standing]
    Card.objects.bulk_create(
        [
            Card(
                case_key=row["case_id"],
                agency_code=row["agency"] or "",
                card=row["card"],
                card_rule=row["card_rule"] or "",
                fell_on=row["card_fell_on"],
                issued_on=on,
            )
            for row in fresh
        ],
        batch_size=2_000,
    )
    gone = [pk for key, pk in standing.items() if key not in drawn]
    for some in _some(gone):
        Card.objects.filter(pk__in=some).update(state=CardState.WITHDRAWN, withdrawn_on=on)
    return {"issued": len(fresh), "withdrawn": len(gone)}


def keep_totals(agencies: Table, items: Table, months: Table) -> None:
    """Write the totals in place of those of the day before."""
    from .writing import insert

    for model, table in ((AgencyTotal, agencies), (ItemTotal, items), (MonthTotal, months)):
        model.objects.all().delete()
        rows = table.arrow()
        insert(model, _columns(model, rows, {}), len(rows))


def _columns(model: type[Model], rows: pa.Table, files: Mapping[str, ImportedFile]) -> dict[str, Any]:
    """The columns of a table that the model has a field for, by field name."""
    import pyarrow as pa

    there = set(rows.column_names)
    columns: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        name = {"agency_code": "agency"}.get(field.name, field.name)
        if name in there and not field.primary_key:
            columns[field.name] = rows.column(name)
    if files and "file_hash" in there:
        numbers = {sha256: file.pk for sha256, file in files.items()}
        by_hash = rows.column("file_hash").combine_chunks().dictionary_encode()
        known = pa.array([numbers.get(sha256) for sha256 in by_hash.dictionary.to_pylist()], pa.int64())
        columns["file"] = known.take(by_hash.indices)
    return columns


def codes_by_name() -> dict[str, str]:
    """Registered agencies' codes by their names: a file that names agencies only must not make second ones."""
    return {name: code for name, code in Agency.objects.values_list("name", "code") if name != code}


def coded(rows: pa.Table, codes: Mapping[str, str]) -> pa.Table:
    """The rows with a registered agency's code in place of its name, in the agency and in the case's key before the slash."""
    import pyarrow as pa

    if not codes:
        return rows
    for name in {"agency", "case_id"} & set(rows.column_names):
        values = rows.column(name).combine_chunks().dictionary_encode()
        texts = values.dictionary.to_pylist()
        if name == "agency":
            changed = [codes.get(text, text) for text in texts]
        else:
            changed = [_coded_key(text, codes) for text in texts]
        rows = rows.set_column(rows.column_names.index(name), name, pa.array(changed, pa.string()).take(values.indices))
    return rows


def _coded_key(key: str, codes: Mapping[str, str]) -> str:
    agency, slash, case_no = key.partition("/")
    return f"{codes[agency]}{slash}{case_no}" if slash and agency in codes else key


def _case_numbers(wanted: Any, case_ids: Any, first: int) -> pa.Array:
    """The number of the case of each row: one of this import, or one known from an earlier file; NULL where neither."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from .writing import places

    numbers = pc.add(places(wanted, case_ids).cast(pa.int64()), first)
    if numbers.null_count:
        missing = sorted(set(wanted.filter(numbers.is_null()).to_pylist()) - {None})
        earlier: dict[str, int] = {}
        for some in _some(missing):
            earlier.update(Case.objects.filter(case_id__in=some, is_current=True).values_list("case_id", "pk"))
        known = pa.array(list(earlier), pa.string())
        numbers = pc.coalesce(numbers, pa.array(list(earlier.values()), pa.int64()).take(places(wanted, known)))
    return numbers


def _set_past(case_ids: list[str]) -> int:
    """The rows of these cases are no longer the current ones."""
    if not Case.objects.exists():
        return 0
    return sum(
        Case.objects.filter(case_id__in=some, is_current=True).update(is_current=False) for some in _some(case_ids)
    )


def _some(values: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(values), _IN_A_QUERY):
        yield values[start : start + _IN_A_QUERY]
