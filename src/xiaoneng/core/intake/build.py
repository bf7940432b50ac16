"""Typed rows into the tables of core/tables.py."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from xiaoneng.core import words
from xiaoneng.core.engine import Engine, Pick, Table
from xiaoneng.core.errors import MappingError
from xiaoneng.core.tables import (
    CASES,
    EXTENSIONS,
    PAUSES,
    PUBLISHED_DECISIONS,
    SERVICE_ITEMS,
    SERVICE_RATINGS,
    SET_ASIDE,
    STEPS,
    Column,
    Shape,
)

from .day_order import READINGS, day_order
from .mapping import Mapped, typed
from .nothing import no_rows
from .profile import Profile, Rules

FILES = Shape(
    "files",
    "one row a file or sheet of this import",
    (Column("file_no", "BIGINT"), Column("file_hash", "VARCHAR"), Column("sheet", "VARCHAR")),
)
LISTED = Shape("listed", SET_ASIDE.row, tuple(column for column in SET_ASIDE.columns if column.name != "advice"))
ADVICE = Shape("advice", "one row a reason", (Column("reason", "VARCHAR"), Column("advice", "VARCHAR")))
_TYPED = {
    "events": "typed_steps",
    "cases": "typed_cases",
    "results": "typed_cases",
    "steps": "typed_steps",
    "pauses": "typed_pauses",
    "extensions": "typed_extensions",
    "ratings": "typed_ratings",
    "items": "typed_items",
    "licences": "typed_decisions",
    "penalties": "typed_decisions",
}


@dataclass
class Builder:
    """Runs the stages of one import in the engine; `tables` and `set_aside` grow."""

    engine: Engine
    profile: Profile
    parts: list[Mapped]
    versions: dict[str, str]
    tables: dict[str, Table] = field(default_factory=dict)
    set_aside: list[Table] = field(default_factory=list)
    warnings: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        rows = [
            {"file_no": one.number, "file_hash": one.raw.source.sha256, "sheet": one.raw.source.sheet}
            for one in self.parts
        ]
        self.files = self.engine.from_rows(FILES, rows)

    def build(self) -> None:
        """Make every table that the files hold something for."""
        records = {one.part.record for one in self.parts}
        if "events" in records and records & {"cases", "results", "steps"}:
            raise MappingError(
                "an event log and tables of cases cannot be imported in one go; import them one after the other"
            )
        if "events" in records:
            self._events()
        elif "cases" in records:
            self._cases()
        elif lonely := sorted(records & {"results", "steps", "pauses", "extensions"}):
            raise MappingError(
                f"there are {', '.join(lonely)} but no table of cases (such as up_pro_accept or ea_jc_step_basicinfo); "
                "name its file as well"
            )
        if "ratings" in records:
            self._ratings()
        if "items" in records:
            items = self._kept("items", self._typed("items"), "plain_versions")
            self.tables["service_items"] = self._stage(
                "service_items", out=SERVICE_ITEMS, items=items, files=self.files
            )
        if records & {"licences", "penalties"}:
            decisions = self._kept("decisions", self._typed("licences", "penalties"), "plain_versions")
            self.tables["published_decisions"] = self._stage(
                "published_decisions", out=PUBLISHED_DECISIONS, decisions=decisions, files=self.files
            )

    def listed(self) -> Table:
        """Every row that was set aside."""
        ragged = [
            {
                "file_hash": one.raw.source.sha256,
                "sheet": one.raw.source.sheet,
                "line": bad["line"],
                "subject": one.part.record,
                "reason": bad["reason"],
                "value": bad["value"],
            }
            for one in self.parts
            for bad in one.raw.bad_rows
        ]
        if ragged:
            self.set_aside.append(self.engine.from_rows(LISTED, ragged))
        if not self.set_aside:
            return self.engine.empty(SET_ASIDE)
        listed = self.engine.union("listed", LISTED, self.set_aside)
        reasons = {row["reason"] for row in self._stage("reasons", set_aside=listed).rows()}
        advice = [{"reason": code, "advice": words.say(f"intake.reason.{code}")} for code in sorted(reasons)]
        return self._stage("set_aside", out=SET_ASIDE, listed=listed, advice=self.engine.from_rows(ADVICE, advice))

    # -- kinds of record --------------------------------------------------------------------------------------------

    def _events(self) -> None:
        """An event log: cases and steps from the same rows."""
        rules = self._rules("events")
        typed_cases = self._typed("events", case_side=True)
        typed_steps = self._typed("events")
        event_cases = self._stage("event_cases", typed_cases=typed_cases)
        refs = self._stage("event_refs", typed_cases=typed_cases, event_cases=event_cases)
        self._finish(event_cases, typed_steps, refs, rules)

    def _cases(self) -> None:
        """Tables of cases, and the results, steps, pauses and extensions that belong to them."""
        cases = self._kept("cases", self._typed("cases"), "case_versions")
        results, result_refs = self._owned("results", cases)
        pauses, pause_refs = self._owned("pauses", cases)
        steps, step_refs = self._owned("steps", cases)
        extensions, extension_refs = self._owned("extensions", cases)
        concluded = self._stage(
            "concluded_cases",
            cases=cases,
            results=results,
            result_refs=result_refs,
            pauses=pauses,
            pause_refs=pause_refs,
        )
        self._finish(concluded, steps, self._stage("step_cases", refs=step_refs), self._rules("cases"))
        self.tables["pauses"] = self._stage("pauses", out=PAUSES, pauses=pauses, refs=pause_refs, files=self.files)
        self.tables["extensions"] = self._stage(
            "extensions", out=EXTENSIONS, extensions=extensions, refs=extension_refs, files=self.files
        )
        self.known = cases

    def _ratings(self) -> None:
        ratings = self._typed("ratings")
        known = getattr(self, "known", None) or no_rows(self.engine, "cases")
        refs = self._stage("matched", typed=ratings, known=known)
        kept = self._kept("ratings", ratings, "rating_versions", refs)
        self.tables["service_ratings"] = self._stage(
            "service_ratings", out=SERVICE_RATINGS, ratings=kept, refs=refs, files=self.files
        )

    def _finish(self, event_cases: Table, typed_steps: Table, refs: Table, rules: Rules) -> None:
        """The final cases and steps, and the contradictions among the days of a case."""
        order = {"keeps_order": rules.keeps_order}
        steps = self._stage("steps", order, typed_steps=typed_steps, refs=refs, files=self.files)
        names = ("ending_steps", "accepted_steps", "artificial_steps")
        moments = self._stage("case_moments", {name: list(getattr(rules, name)) for name in names}, step_rows=steps)
        cases = self._stage(
            "cases",
            {
                "received": rules.received,
                "concluded": rules.concluded,
                "closed_status": [status.lower() for status in rules.closed_status],
                "law_rule": rules.law_rule,
            },
            out=CASES,
            event_cases=event_cases,
            case_moments=moments,
            files=self.files,
        )
        self.set_aside.append(
            self._stage("contradictions", {"accepted_may_follow_end": rules.accepted_may_follow_end}, cases=cases)
        )
        self.tables["cases"] = cases
        self.tables["steps"] = self.engine.union("steps", STEPS, [steps])

    # -- what the kinds have in common ------------------------------------------------------------------------------

    def _stage(
        self, name: str, parameters: dict[str, Any] | None = None, *, out: Shape | None = None, **tables: Table
    ) -> Table:
        return self.engine.stage(f"intake/{name}", parameters=parameters, out=out, **tables)

    def _rules(self, record: str) -> Rules:
        return next(one.part.rules for one in self.parts if one.part.record == record)

    def _typed(self, *records: str, case_side: bool = False) -> Table:
        """The typed rows of the files of these kinds, one after the other; unreadable rows are listed."""
        chosen = [one for one in self.parts if one.part.record in records]
        stage = "typed_cases" if case_side else _TYPED[records[0]]
        tables = [self._read(one, stage, case_side=case_side) for one in chosen]
        table = tables[0] if len(tables) == 1 else self.engine.union(stage, None, tables)
        subject = "cases" if case_side else ("steps" if records[0] == "events" else records[0])
        listing = {"subject": subject, "lists_notes": subject != "steps" or records[0] == "steps"}
        self.set_aside.append(self._stage("unread_rows", listing, typed=table, files=self.files))
        if records[0] in ("cases", "items"):
            self.set_aside.append(self._stage("unread_limits", {"subject": subject}, typed=table, files=self.files))
        return table

    def _read(self, one: Mapped, stage: str, *, case_side: bool) -> Table:
        table = typed(one, self.profile, self.engine, stage, self.versions, case_side=case_side)
        if order := day_order(one, table, self.engine):
            table.drop()
            self._tell("intake.day_order", file=one.raw.source.file_name, order=order)
            return typed(
                one, self.profile, self.engine, stage, self.versions, case_side=case_side, reading=READINGS[order]
            )
        if one.part.record == "events" and not one.part.signature and (foreign := self._foreign(one, table)):
            table.drop()
            return self._read(self._without(one, foreign), stage, case_side=case_side)
        return table

    def _foreign(self, one: Mapped, table: Table) -> str:
        """A field of days whose column, known by its name alone, holds no day at all: the name means something else here."""
        for row in self._stage("unread_columns", typed=table).rows():
            field = str(row["fault_column"])
            column = one.own.get(field) or one.case.get(field, "")
            sides = [side for side in (one.raw.table, one.raw.cases) if side is not None and column in side.columns]
            if row["looks_like_days"] or field in one.part.needs or field == "happened_at" or not sides:
                continue
            cells = self.engine.picked("cells", sides[0], {"cell": Pick(column)}, line="+1")
            if not self._stage("readable_days", cells=cells).rows()[0]["count"]:
                return field
        return ""

    def _without(self, one: Mapped, field: str) -> Mapped:
        """The same file with the column of this field left out."""
        column = one.own.get(field) or one.case.get(field, "")
        self._tell("intake.no_days", file=one.raw.source.file_name, column=column)
        own = {target: name for target, name in one.own.items() if target != field}
        case = {target: name for target, name in one.case.items() if target != field}
        fewer = replace(one, own=own, case=case)
        self.parts[self.parts.index(one)] = fewer
        return fewer

    def _tell(self, code: str, **facts: Any) -> None:
        if (code, facts) not in self.warnings:
            self.warnings.append((code, facts))

    def _kept(self, subject: str, rows: Table, versions: str, refs: Table | None = None) -> Table:
        """The rows that hold; the older versions and the copies are listed."""
        owners: dict[str, Any] = {"refs": refs} if refs else {}
        ranked = self._stage("ranked", versions=self._stage(versions, typed=rows, **owners))
        self.set_aside.append(
            self._stage("superseded", {"subject": subject}, ranked=ranked, typed=rows, files=self.files)
        )
        return self._stage("kept", typed=rows, ranked=ranked)

    def _owned(self, record: str, known: Table) -> tuple[Table, Table]:
        """The rows of a kind that belongs to cases, and the case of each; those without a case are listed."""
        if not any(one.part.record == record for one in self.parts):
            rows = no_rows(self.engine, record)
            return rows, self._stage("matched", typed=rows, known=known)
        rows = self._typed(record)
        refs = self._stage("matched", typed=rows, known=known)
        self.set_aside.append(self._stage("unmatched", {"subject": record}, refs=refs, typed=rows, files=self.files))
        versions = "result_versions" if record == "results" else "record_versions"
        return self._kept(record, rows, versions, refs), refs
