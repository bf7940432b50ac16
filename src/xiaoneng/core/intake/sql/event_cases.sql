-- event_cases: one row a case of an event log: for each attribute the first value that is known, in the order of the file.
-- A case is placed by its own reference (its row, or its trace): two traces of a log may begin at the same event, if one has none.
select
    case_id,
    min(ref) as position,
    arg_min(line, ref) as line,
    arg_min(case_no, ref) as case_no,
    arg_min(agency, ref) as agency,
    arg_min(agency_name, ref) as agency_name,
    arg_min(service_item, ref) as service_item,
    arg_min(service_item_name, ref) as service_item_name,
    arg_min(case_kind, ref) as case_kind,
    arg_min(channel, ref) as channel,
    arg_min(applicant_kind, ref) as applicant_kind,
    arg_min(law_rule, ref) as law_rule,
    arg_min(received_at, ref) as received_at,
    arg_min(accepted_at, ref) as accepted_at,
    arg_min(concluded_at, ref) as concluded_at,
    arg_min(supplement_notified_on, ref) as supplement_notified_on,
    arg_min(outcome, ref) as outcome,
    arg_min(has_reasons, ref) as has_reasons,
    arg_min(has_fee_basis, ref) as has_fee_basis,
    arg_min(promised_limit, ref) as promised_limit,
    arg_min(promised_unit, ref) as promised_unit,
    arg_min(statutory_limit, ref) as statutory_limit,
    arg_min(statutory_unit, ref) as statutory_unit,
    arg_min(promised_due_on, ref) as promised_due_on,
    arg_min(deadline_at, ref) as deadline_at,
    arg_min(recorded_at, ref) as recorded_at,
    arg_min(status, ref) as status
from typed_cases
where fault is null
group by case_id
order by position
