"""Raw rows into typed rows: columns renamed by the profile, then read by the stages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xiaoneng.core.engine import Engine, Pick, Table
from xiaoneng.core.errors import MappingError

from .batch import Raw
from .codes import codes_table
from .fields import CASE_FIELDS, FIELDS, TIME_FIELDS
from .profile import Part, Profile
from .xes import TRACE_COLUMN

_BASE = 2**40  # more rows than one file can have
EPOCH = ("1970-01-01 00:00:00+00", "1970-01-01")  # and at local midnight: what systems write where nothing stands


@dataclass(frozen=True)
class Mapped:
    """One raw table, the part of the profile that reads it, and the columns that it uses."""

    raw: Raw
    part: Part
    number: int
    own: Mapping[str, str]
    case: Mapping[str, str]


def mapped(raw: Raw, profile: Profile, number: int) -> Mapped:
    """Find the part of the profile that reads these columns.

    Raises  MappingError, naming the columns that are there and those that are needed
    """
    columns = columns_of(raw)
    part = profile.part_for(columns, raw.source.sheet or raw.source.file_name)
    if part is None:
        wanted = "; ".join(f"{one.record}: {', '.join([*one.signature, *one.needs])}" for one in profile.parts)
        where = f"{raw.source.file_name}{' ' + raw.source.sheet if raw.source.sheet else ''}"
        raise MappingError(
            f"{where}: profile {profile.name} does not fit; it needs {wanted}; the file has {', '.join(columns[:40])}. "
            "Choose another profile or map the columns by hand"
        )
    own, case = part.found(columns)
    return Mapped(raw, part, number, own, case)


def columns_of(raw: Raw) -> list[str]:
    """The columns that a mapping may name."""
    both = [*raw.table.columns, *(raw.cases.columns if raw.cases else ())]
    return [column for column in both if column not in (TRACE_COLUMN, "_line", "_sheet")]


def picked_rows(one: Mapped, profile: Profile, engine: Engine, *, case_side: bool, reading: str = "") -> Table:
    """The file's rows under the names of the fields; a constant of the profile fills a field without a column."""
    fields = CASE_FIELDS if case_side else FIELDS[one.part.record]
    columns = dict(one.case if case_side else one.own)
    table = one.raw.table
    if case_side and one.raw.cases is not None:
        table = one.raw.cases
    there = set(table.columns)
    picks: dict[str, Pick | None] = {}
    for target in fields:
        column = columns.get(target)
        if column is None or column not in there:
            picks[target] = None
            continue
        missing = [*one.part.missing.get(target, ()), *profile.missing]
        default = one.raw.defaults.get(column)
        if default is not None and column not in ("concept:name", "case:concept:name"):
            missing.append(default)
        is_time = target in TIME_FIELDS
        if is_time:
            missing += EPOCH
        picks[target] = Pick(column, tuple(missing), is_time, reading if is_time else "")
    if one.raw.cases is not None:
        picks["ref"] = Pick(TRACE_COLUMN)
        line = "_line" if case_side else one.raw.line
    else:
        picks["ref"] = None
        line = one.raw.line
    return engine.picked("rows", table, picks, constants=dict(one.part.constants), line=line)


def typed(
    one: Mapped,
    profile: Profile,
    engine: Engine,
    stage: str,
    versions: dict[str, str],
    *,
    case_side: bool = False,
    reading: str = "",
) -> Table:
    """The rows of `stage`, one a row of the file, with `fault` where a row cannot be read.

    In      reading: the macro through which cells of days go first, where their order is unusual
    """
    part = one.part
    rows = picked_rows(one, profile, engine, case_side=case_side, reading=reading)
    codes = codes_table(engine, dict(part.codes), versions)
    rules = part.rules
    found = {**one.own, **one.case}
    parameters: dict[str, Any] = {"base": one.number * _BASE}
    has_reasons = rules.reasons_are_text and "has_reasons" in found
    if stage == "typed_cases":
        parameters |= {"key": rules.key, "agency_needed": part.record == "cases", "reasons_are_text": has_reasons}
        parameters["is_typed"] = one.raw.cases is not None
        named = "case_rows"
    elif stage == "typed_steps":
        parameters |= {"equal_end_is_unknown": rules.equal_end_is_unknown, "moment_starts": rules.moment_starts}
        parameters["is_typed"] = one.raw.cases is not None
        named = "step_rows"
    else:
        named = "record_rows"
    if stage == "typed_pauses":
        notice_is_text = rules.notice_is_text and "has_written_notice" in found
        parameters |= {"equal_end_is_unknown": rules.equal_end_is_unknown, "notice_is_text": notice_is_text}
    if stage == "typed_extensions":
        parameters["reasons_are_text"] = has_reasons
    if stage == "typed_decisions":
        parameters["decision_kind"] = {"licences": "licence", "penalties": "penalty"}[part.record]
    tables = {named: rows} | ({} if stage == "typed_decisions" else {"codes": codes})
    result = engine.stage(f"intake/{stage}", out=None, parameters=parameters, **tables)
    rows.drop()
    codes.drop()
    return result
