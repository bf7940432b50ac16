"""Shapes of what comes in: agencies, items, cases with their steps, pauses and extensions, ratings, decisions."""

from __future__ import annotations

from .shape import Shape, drawn_columns

_LINEAGE = """
    file_hash | VARCHAR | SHA-256 of the file the row was imported from, as hexadecimal
    sheet     | VARCHAR | the sheet or part of the file; empty where the file has only one
    line      | BIGINT  | the line (or the sheet's row, the log's event) in it, from 1
"""

AGENCIES = Shape("agencies", "one row an agency (机关)", drawn_columns("""
    agency      | VARCHAR | code of the agency: its unified credit code where known, else its name
    agency_name | VARCHAR | name as printed
"""), key=("agency",))

SERVICE_ITEMS = Shape("service_items", "one row a version of a service item (事项)", drawn_columns("""
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

CASES = Shape("cases", "one row a case (办件)", drawn_columns("""
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

STEPS = Shape("steps", "one row a step (环节) of a case", drawn_columns("""
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

PAUSES = Shape("pauses", "one row a stop of the clock (中止计时), as recorded, lawful or not", drawn_columns("""
    case_id            | VARCHAR | the case
    pause_no           | BIGINT  | order within the case
    ground             | VARCHAR | one of the terms of PauseGround
    ground_text        | VARCHAR | the ground in the source's words
    started_on         | DATE    | local day on which it began
    ended_on           | DATE    | local day on which it ended; NULL is still open
    has_written_notice | BOOLEAN | the applicant was told in writing how long; NULL is not recorded
    notice_no          | VARCHAR | number of that notice
""" + _LINEAGE), key=("case_id", "pause_no"))

EXTENSIONS = Shape("extensions", "one row an extension (延期)", drawn_columns("""
    case_id      | VARCHAR | the case
    extension_no | BIGINT  | order within the case
    length       | INTEGER | by how much, in unit
    unit         | VARCHAR | workday, day, hour, month, year
    approved_on  | DATE    | day of the approval; NULL is not recorded
    approved_by  | VARCHAR | who approved
    has_reasons  | BOOLEAN | the applicant was told the reasons; NULL is not recorded
""" + _LINEAGE), key=("case_id", "extension_no"))

SERVICE_RATINGS = Shape("service_ratings", "one row a rating of one service (好差评)", drawn_columns("""
    case_id      | VARCHAR     | the case
    rating_no    | BIGINT      | order within the case
    agency       | VARCHAR     | code of the agency
    service_item | VARCHAR     | code of the item
    level        | INTEGER     | 5 very satisfied ... 1 very dissatisfied; NULL where none was given
    is_default   | BOOLEAN     | set by the system because nobody answered: never a rating
    is_valid     | BOOLEAN     | the source's own mark
    is_by_staff  | BOOLEAN     | the source says that staff gave it, or a device of the agency's own: never a rating; NULL is not recorded
    is_named     | BOOLEAN     | the rater gave a name (实名); NULL is not recorded
    channel      | VARCHAR     | where it was given: window, online, self_service, phone, paper, else the source's word
    remark       | VARCHAR     | what the rater wrote; never public as it stands
    rated_at     | TIMESTAMPTZ | when
    rated_on     | DATE        | local day of it
""" + _LINEAGE), key=("case_id", "rating_no"))

PUBLISHED_DECISIONS = Shape("published_decisions", "one row a published licence or penalty decision (双公示)", drawn_columns("""
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

SET_ASIDE = Shape("set_aside", "one row a record that was read but not counted, with its reason", drawn_columns("""
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
