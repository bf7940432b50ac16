"""The shape of every table that crosses a doorway: its columns, their types, units and meaning.

Types are those of the embedded engine: VARCHAR, INTEGER, BIGINT, DOUBLE, BOOLEAN, DATE, TIMESTAMPTZ.
A column in `_at` is an instant (TIMESTAMPTZ); a column in `_on` is the local calendar day of the records' own time zone.
Unknown is NULL: it is neither zero nor false.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from .errors import TableShapeError


class HasColumns(Protocol):
    """Anything that can tell its columns and their types."""

    @property
    def columns(self) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, engine type and meaning."""

    name: str
    type: str
    meaning: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Shape:
    """The declared shape of a table; `key` names the columns that make a row unique."""

    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def types(self) -> dict[str, str]:
        return {column.name: column.type for column in self.columns}

    def check(self, table: HasColumns) -> None:
        """Refuse a table that lacks a declared column or holds it in another type."""
        there = dict(table.columns)
        for column in self.columns:
            if column.name not in there:
                raise TableShapeError(f"{self.name}: no column {column.name}; it has {', '.join(there)}")
            if not _same_type(column.type, there[column.name]):
                raise TableShapeError(
                    f"{self.name}: column {column.name} is {there[column.name]}, it must be {column.type}"
                )

    def with_columns(self, name: str, row: str, *columns: Column) -> Shape:
        """This shape with more columns, under another name."""
        return Shape(name, row, self.columns + columns, self.key)


_SAME = {"TIMESTAMP WITH TIME ZONE": "TIMESTAMPTZ", "STRING": "VARCHAR", "TEXT": "VARCHAR", "INT": "INTEGER"}


def _same_type(declared: str, found: str) -> bool:
    found = found.upper()
    return _SAME.get(found, found) == declared.upper()


def _columns(drawn: str) -> tuple[Column, ...]:
    """Read columns drawn as `name | TYPE | meaning` lines."""
    columns = []
    for line in filter(str.strip, drawn.splitlines()):
        name, kind, meaning = (part.strip() for part in line.split("|", 2))
        columns.append(Column(name, kind, meaning))
    return tuple(columns)


_LINEAGE = """
    file_hash | VARCHAR | SHA-256 of the file the row was imported from, as hexadecimal
    sheet     | VARCHAR | the sheet or part of the file; empty where the file has only one
    line      | BIGINT  | the line (or the sheet's row, the log's event) in it, from 1
"""

AGENCIES = Shape("agencies", "one row an agency (机关)", _columns("""
    agency      | VARCHAR | code of the agency: its unified credit code where known, else its name
    agency_name | VARCHAR | name as printed
"""), key=("agency",))

SERVICE_ITEMS = Shape("service_items", "one row a version of a service item (事项)", _columns("""
    service_item        | VARCHAR | code of the item (实施编码), as text and never as a number
    service_item_name   | VARCHAR | name
    catalog_code        | VARCHAR | 基本编码, 12 characters where known
    agency              | VARCHAR | code of the agency
    agency_name         | VARCHAR | name of the agency
    item_kind           | VARCHAR | kind of power (许可, 确认, 公共服务 ...), the source's own code
    case_kind           | VARCHAR | instant_case, promised_case ... (办件类型)
    promised_limit      | INTEGER | 承诺办结时限
    promised_unit       | VARCHAR | workday, day, hour, month, year
    statutory_limit     | INTEGER | 法定办结时限
    statutory_unit      | VARCHAR | workday, day, hour, month, year
    law_rule            | VARCHAR | rule of a law pack on which the statutory limit rests, such as cn.licence_decision
    in_force_from       | DATE    | first day on which this version holds; NULL is unknown
    in_force_to         | DATE    | last day on which this version holds; NULL is open
""" + _LINEAGE), key=("service_item", "in_force_from"))

CASES = Shape("cases", "one row a case (办件)", _columns("""
    case_id            | VARCHAR     | unique in the whole county: agency and case number, so that numbers may collide between agencies
    case_no            | VARCHAR     | the number as the source prints it (办件编号)
    agency             | VARCHAR     | code of the agency that answers for the case
    agency_name        | VARCHAR     | its name
    service_item       | VARCHAR     | code of the item
    service_item_name  | VARCHAR     | its name
    case_kind          | VARCHAR     | instant_case, promised_case, joint_case, forwarded_case
    channel            | VARCHAR     | how it came in: window, online, letter ...
    applicant_kind     | VARCHAR     | person, firm, other
    law_rule           | VARCHAR     | rule of a law pack that governs the statutory limit; NULL takes the pack's default
    received_at        | TIMESTAMPTZ | 收件
    received_on        | DATE        | local day of it
    accepted_at        | TIMESTAMPTZ | 受理
    accepted_on        | DATE        | local day of it
    concluded_at       | TIMESTAMPTZ | 办结; NULL is not ended
    concluded_on       | DATE        | local day of it
    supplement_notified_on | DATE    | day of the one-time notice of what must be corrected (一次性告知)
    outcome            | VARCHAR     | granted, refused, not_accepted, withdrawn, void, forwarded, concluded
    has_reasons        | BOOLEAN     | a refusal gave its reasons; NULL is not recorded
    has_fee_basis      | BOOLEAN     | every charge has its basis; NULL is not recorded
    promised_limit     | INTEGER     | promised limit printed on the case, in promised_unit
    promised_unit      | VARCHAR     | workday, day, hour, month, year
    statutory_limit    | INTEGER     | statutory limit printed on the case, in statutory_unit; NULL takes the rule's
    statutory_unit     | VARCHAR     | workday, day, hour, month, year
    promised_due_on    | DATE        | promised day where the source gives a day instead of a limit
    deadline_at        | TIMESTAMPTZ | the file's own deadline column, as it stands
    recorded_at        | TIMESTAMPTZ | when the source's server took the record in, beside the times it claims
""" + _LINEAGE), key=("case_id",))

STEPS = Shape("steps", "one row a step (环节) of a case", _columns("""
    case_id        | VARCHAR     | the case
    step_no        | BIGINT      | order within the case: by time, ties in file order
    agency         | VARCHAR     | code of the agency that did the step
    office         | VARCHAR     | office (科室) or group
    handler        | VARCHAR     | person or account that did it (办理人)
    name           | VARCHAR     | name of the step (activity)
    started_at     | TIMESTAMPTZ | NULL is unknown
    started_on     | DATE        | local day of it
    ended_at       | TIMESTAMPTZ | NULL is unknown or not ended
    ended_on       | DATE        | local day of it
    limit_length   | INTEGER     | the step's own limit, in limit_unit
    limit_unit     | VARCHAR     | workday, day, hour, month, year
    due_on         | DATE        | the step's own due day where the source gives a day
    step_result    | VARCHAR     | the source's result of the step, decoded
    recorded_at    | TIMESTAMPTZ | when the source's server took the record in
""" + _LINEAGE), key=("case_id", "step_no"))

PAUSES = Shape("pauses", "one row a stop of the clock (中止计时), as recorded, lawful or not", _columns("""
    case_id            | VARCHAR | the case
    pause_no           | BIGINT  | order within the case
    ground             | VARCHAR | one of the terms of PauseGround
    ground_text        | VARCHAR | the ground in the source's words
    started_on         | DATE    | local day on which it began
    ended_on           | DATE    | local day on which it ended; NULL is still open
    has_written_notice | BOOLEAN | the applicant was told in writing how long; NULL is not recorded
    notice_no          | VARCHAR | number of that notice
""" + _LINEAGE), key=("case_id", "pause_no"))

EXTENSIONS = Shape("extensions", "one row an extension (延期)", _columns("""
    case_id      | VARCHAR | the case
    extension_no | BIGINT  | order within the case
    length       | INTEGER | by how much, in unit
    unit         | VARCHAR | workday, day, hour, month, year
    approved_on  | DATE    | day of the approval; NULL is not recorded
    approved_by  | VARCHAR | who approved
    has_reasons  | BOOLEAN | the applicant was told the reasons; NULL is not recorded
""" + _LINEAGE), key=("case_id", "extension_no"))

SERVICE_RATINGS = Shape("service_ratings", "one row a rating of one service (好差评)", _columns("""
    case_id      | VARCHAR     | the case
    rating_no    | BIGINT      | order within the case
    agency       | VARCHAR     | code of the agency
    service_item | VARCHAR     | code of the item
    level        | INTEGER     | 5 very satisfied ... 1 very dissatisfied; NULL where none was given
    is_default   | BOOLEAN     | set by the system because nobody answered: never a rating
    is_valid     | BOOLEAN     | the source's own mark
    channel      | VARCHAR     | where it was given
    rated_at     | TIMESTAMPTZ | when
    rated_on     | DATE        | local day of it
""" + _LINEAGE), key=("case_id", "rating_no"))

PUBLISHED_DECISIONS = Shape("published_decisions", "one row a published licence or penalty decision (双公示)", _columns("""
    decision_no   | VARCHAR | 决定文书号
    decision_kind | VARCHAR | licence or penalty
    title         | VARCHAR | name of the document or the matter
    agency        | VARCHAR | code of the deciding agency
    agency_name   | VARCHAR | its name
    decided_on    | DATE    | 决定日期
    published_on  | DATE    | day of publication
    fine_yuan     | DOUBLE  | fine in yuan (the file gives 万元)
    basis         | VARCHAR | legal basis, as printed
    class_text    | VARCHAR | class of licence or penalty, as printed
""" + _LINEAGE), key=("decision_kind", "decision_no"))

SET_ASIDE = Shape("set_aside", "one row a record that was read but not counted, with its reason", _columns("""
    file_hash | VARCHAR | the file
    sheet     | VARCHAR | the sheet or part
    line      | BIGINT  | the line
    subject   | VARCHAR | cases, steps, pauses ...
    case_no   | VARCHAR | number of the case, where it could be read
    reason    | VARCHAR | short code such as accepted_after_concluded
    column    | VARCHAR | the column at fault
    value     | VARCHAR | what stood there
    advice    | VARCHAR | what to do about it
"""))

CALENDAR = Shape("calendar", "one row a day of a working calendar", _columns("""
    calendar         | VARCHAR | which calendar
    day              | DATE    | the day
    is_workday       | BOOLEAN | it counts as a working day
    workdays_through | INTEGER | working days from the calendar's first day up to and including this one
    kind             | VARCHAR | workday, makeup_workday, weekend, public_holiday
    name             | VARCHAR | name of the holiday
    notice           | VARCHAR | notice that says so
    is_provisional   | BOOLEAN | no notice covers this day yet
"""), key=("calendar", "day"))

LIMITS = Shape("limits", "one row a version of a rule of a law pack", _columns("""
    law_rule                  | VARCHAR | id of the rule, such as cn.licence_decision
    pack                      | VARCHAR | the pack it belongs to
    name_zh                   | VARCHAR | its name in Chinese
    name_en                   | VARCHAR | its name in English
    starts_with               | VARCHAR | event from which it runs: received, accepted, filed ...
    limit_length              | INTEGER | the limit, in limit_unit; NULL where the law names no number
    limit_unit                | VARCHAR | workday, day, hour, month, year
    counts_first_day          | BOOLEAN | the day of the event counts
    counts_backwards          | BOOLEAN | it counts back from the event
    rolls_over                | BOOLEAN | a last day on a rest day moves to the next working day
    extension_length          | INTEGER | the most that may be added, in extension_unit
    extension_unit            | VARCHAR | workday, day, hour, month, year
    extension_approver        | VARCHAR | who may extend
    extension_needs_reasons   | BOOLEAN | the reasons must be told
    deemed_outcome            | VARCHAR | deemed_accepted, deemed_renewed, or NULL
    deemed_from               | VARCHAR | start or limit_end: the day from which the law deems it
    pause_grounds             | VARCHAR | grounds that stop the clock, comma-separated
    pause_notice_required     | BOOLEAN | a stop needs a written notice
    restarts_on_supplement    | BOOLEAN | the limit begins anew when the corrected request comes in
    binds_agency              | BOOLEAN | it binds the agency; false where it is the applicant's or another party's
    after_hours_receipt       | VARCHAR | reading: same_day, next_workday
    rest_day_receipt          | VARCHAR | reading: same_day, next_workday
    pause_days                | VARCHAR | reading: strictly_inside, with_first, with_last, with_both
    late_extension            | VARCHAR | reading: ignored, counted
    extension_without_reasons | VARCHAR | reading: ignored, counted
    pause_without_notice      | VARCHAR | reading: ignored, counted
    roll_over                 | VARCHAR | reading: rest_day, none
    closes_at_hour            | INTEGER | reading: hour at which the office closes; NULL is midnight
    law                       | VARCHAR | the law
    article                   | VARCHAR | its article
    quote                     | VARCHAR | its words
    source                    | VARCHAR | where the words were read
    in_force_from             | DATE    | first day in force
    in_force_to               | DATE    | last day in force; NULL is open
    is_confirmed              | BOOLEAN | read in the source itself
    checked_by                | VARCHAR | who compared it with the law
    review_by                 | DATE    | day by which it is to be looked at again
    note                      | VARCHAR | what the reader should know
"""), key=("law_rule", "in_force_from"))

CASE_CLOCKS = Shape("case_clocks", "one row a case: its legal clock and card on the day of judging", _columns("""
    case_id            | VARCHAR | the case
    law_rule           | VARCHAR | the rule that governs the statutory limit
    started_on         | DATE    | day of the start event; the count begins the day after unless the rule says otherwise
    ended_on           | DATE    | day on which the case ended; NULL is open
    promised_due_on    | DATE    | last day of the promised limit; NULL is none, or not yet known
    statutory_due_on   | DATE    | last day of the statutory limit, extension and pauses in; NULL is none, or not yet known
    paused_workdays    | INTEGER | working days on which the clock lawfully stood still, up to the end or the day of judging
    elapsed_workdays   | INTEGER | working days counted, pauses left out
    remaining_workdays | INTEGER | working days to the earlier of the two due days; negative is overdue
    state              | VARCHAR | running, paused, in_time, late, open_late, unjudged
    reason             | VARCHAR | why it cannot be judged; code
    is_late_promised   | BOOLEAN | the promised limit was missed; NULL where there is none or it cannot be judged
    is_late_statutory  | BOOLEAN | the statutory limit was missed; NULL where there is none or it cannot be judged
    is_late_deadline   | BOOLEAN | ended after the file's own deadline, instants compared; NULL where either is missing
    deemed_outcome     | VARCHAR | calculated by law and never an admission: deemed_accepted, deemed_renewed
    deemed_on          | DATE    | day from which the law deems it
    card               | VARCHAR | none, early_warning, yellow, red
    card_rule          | VARCHAR | rule of the card rule set that drew it, with its version
    card_fell_on       | DATE    | day on which the card fell due
    is_provisional     | BOOLEAN | a due day lies beyond the last holiday notice
    findings           | VARCHAR | codes of irregularities, comma-separated: pause_without_ground, extension_late ...
"""), key=("case_id",))

STEP_CLOCKS = Shape("step_clocks", "one row a step that has a limit of its own", _columns("""
    case_id            | VARCHAR | the case
    step_no            | BIGINT  | the step
    started_on         | DATE    | day on which the step began
    ended_on           | DATE    | day on which it ended; NULL is open
    due_on             | DATE    | last day of the step's limit
    elapsed_workdays   | INTEGER | working days counted
    remaining_workdays | INTEGER | working days to the due day; negative is overdue
    state              | VARCHAR | running, in_time, late, open_late, unjudged
    reason             | VARCHAR | why it cannot be judged; code
    card               | VARCHAR | none, early_warning, yellow
    card_rule          | VARCHAR | rule that drew it, with its version
    is_provisional     | BOOLEAN | the due day lies beyond the last holiday notice
"""), key=("case_id", "step_no"))

COVERAGE = Shape("coverage", "one row an agency and item: where its records come from and how far they can be trusted", _columns("""
    agency                  | VARCHAR | code of the agency
    agency_name             | VARCHAR | its name
    service_item            | VARCHAR | code of the item, or its name where it has no code; NULL is all items of the agency together
    service_item_name       | VARCHAR | its name
    source                  | VARCHAR | the system or file the records come from
    cases                   | BIGINT  | cases
    first_on                | DATE    | first day on which a case came in
    last_on                 | DATE    | last day on which a case came in
    months_present          | BIGINT  | months in which at least one case came in
    months_missing          | BIGINT  | months between the source's first and last month without a case of this agency and item
    missing_months          | VARCHAR | those months, such as 2026-02, comma-separated; the first 36
    received_known_share    | DOUBLE  | share of the cases whose day of receipt is known
    recorded_known_share    | DOUBLE  | share of the cases that carry a server time
    arrival_lag_hours_median | DOUBLE | server time minus the latest claimed time, in hours, median; NULL where there is no server time
    arrival_lag_hours_p90   | DOUBLE  | the same, ninth decile
    late_arrival_share      | DOUBLE  | share of the records that arrived more than one day after the latest time they claim
    claimed_ahead_share     | DOUBLE  | share of the records that claim a time after the server took them in
"""), key=("agency", "service_item", "source"))

JUDGED_CASES = CASES.with_columns("judged_cases", "one row a case of an edition, with its clock and card", *_columns("""
    started_on         | DATE    | day of the start event
    ended_on           | DATE    | day on which the case ended, as seen on the day of judging
    due_as_promised_on | DATE    | last day of the promised limit, as calculated
    due_by_law_on      | DATE    | last day of the statutory limit, as calculated
    paused_workdays    | INTEGER | working days on which the clock lawfully stood still
    elapsed_workdays   | INTEGER | working days counted, pauses left out
    remaining_workdays | INTEGER | working days to the earlier of the two due days; negative is overdue
    state              | VARCHAR | running, paused, in_time, late, open_late, unjudged
    reason             | VARCHAR | why it cannot be judged; code
    is_late_promised   | BOOLEAN | the promised limit was missed
    is_late_statutory  | BOOLEAN | the statutory limit was missed
    is_late_deadline   | BOOLEAN | ended after the file's own deadline, instants compared
    deemed_outcome     | VARCHAR | calculated by law and never an admission
    deemed_on          | DATE    | day from which the law deems it
    card               | VARCHAR | none, early_warning, yellow, red
    card_rule          | VARCHAR | rule that drew it, with its version
    card_fell_on       | DATE    | day on which the card fell due
    is_provisional     | BOOLEAN | a due day lies beyond the last holiday notice
    findings           | VARCHAR | codes of irregularities, comma-separated
"""))

_TOTALS = """
    cases              | BIGINT  | cases
    ended              | BIGINT  | cases that have ended
    open               | BIGINT  | cases that have not
    due                | BIGINT  | cases that ended or whose limit has run out, and that can be judged: the base of late_share
    late               | BIGINT  | of these, past their promised or their statutory limit
    late_promised      | BIGINT  | cases past their promised limit
    late_statutory     | BIGINT  | cases past their statutory limit
    open_late          | BIGINT  | cases past a limit and still open
    unjudged           | BIGINT  | cases that cannot be judged
    late_share         | DOUBLE  | late / due; NULL where nothing was due
    late_share_low     | DOUBLE  | lower end of its 95 % interval (Wilson)
    late_share_high    | DOUBLE  | upper end of its 95 % interval (Wilson)
    median_workdays    | DOUBLE  | working days that an ended case took, pauses left out, median
    early_warning      | BIGINT  | early warnings
    yellow             | BIGINT  | yellow cards
    red                | BIGINT  | red cards
    irregular          | BIGINT  | cases with a finding
    deemed             | BIGINT  | cases with a calculated deemed outcome
    deadlines          | BIGINT  | ended cases that carry the file's own deadline
    late_deadline      | BIGINT  | of these, ended after it
"""

AGENCY_TOTALS = Shape("agency_totals", "one row an agency", _columns("""
    agency             | VARCHAR | code of the agency
    agency_name        | VARCHAR | its name
""" + _TOTALS), key=("agency",))

ITEM_TOTALS = Shape("item_totals", "one row a service item of an agency", _columns("""
    agency             | VARCHAR | code of the agency
    agency_name        | VARCHAR | its name
    service_item       | VARCHAR | code of the item
    service_item_name  | VARCHAR | its name
""" + _TOTALS), key=("agency", "service_item"))

MONTH_TOTALS = Shape("month_totals", "one row a month, and one a month and agency, by the day on which the limit ran out", _columns("""
    agency             | VARCHAR | code of the agency; NULL is all agencies together
    month_on           | DATE    | first day of the month
    due                | BIGINT  | cases whose first limit ended in this month, and that can be judged
    late               | BIGINT  | of these, past it
    late_share         | DOUBLE  | late / due
    late_share_low     | DOUBLE  | lower end of its 95 % interval (Wilson)
    late_share_high    | DOUBLE  | upper end of its 95 % interval (Wilson)
    is_complete        | BOOLEAN | the month was over on the day of judging
"""), key=("agency", "month_on"))

STEP_TOTALS = Shape("step_totals", "one row an agency: its steps that carry a limit of their own", _columns("""
    agency             | VARCHAR | code of the agency of the step
    steps              | BIGINT  | ended steps with a due day
    late               | BIGINT  | of these, ended after it
    open_late          | BIGINT  | steps still open after their due day
"""), key=("agency",))

CARDS = Shape("cards", "one row a card, of a case or of a step", _columns("""
    subject            | VARCHAR | case or step
    case_id            | VARCHAR | the case
    case_no            | VARCHAR | its number as printed
    agency             | VARCHAR | code of the agency
    agency_name        | VARCHAR | its name
    service_item_name  | VARCHAR | the item
    step_no            | BIGINT  | the step, where the card is a step's
    step_name          | VARCHAR | its name
    card               | VARCHAR | early_warning, yellow, red
    card_rule          | VARCHAR | rule that drew it, with its version
    card_fell_on       | DATE    | day on which it fell due
    due_on             | DATE    | the limit's last day that matters for the card
    remaining_workdays | INTEGER | working days to the earlier of the case's due days; negative is overdue
    ended_on           | DATE    | day on which the case or the step ended; NULL is open
    state              | VARCHAR | state of the clock
    findings           | VARCHAR | codes of irregularities, comma-separated
    basis              | VARCHAR | what the card rule rests on
    is_provisional     | BOOLEAN | a due day lies beyond the last holiday notice
"""))

VARIANTS = Shape("variants", "one row a variant: cases with the same steps in the same order", _columns("""
    variant_no         | BIGINT  | 1 is the most frequent
    cases              | BIGINT  | cases
    steps              | BIGINT  | steps
    path               | VARCHAR | names of the steps in order
"""), key=("variant_no",))

ACTIVITIES = Shape("activities", "one row a name of a step", _columns("""
    name               | VARCHAR | the name
    events             | BIGINT  | steps of this name
    cases              | BIGINT  | cases that have one
"""), key=("name",))

TIMED_LIMITS = Shape("timed_limits", "one row a bare limit in working days", _columns("""
    started_on     | DATE    | day of the start event; the count begins the day after
    limit_workdays | INTEGER | the limit
    ended_on       | DATE    | day on which it ended; NULL is open
"""))
