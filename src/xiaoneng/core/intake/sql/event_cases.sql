-- event_cases: one row a case of an event log: for each attribute the first value that is known, in the order of the file.
select
    case_id,
    min(position) as position,
    arg_min(line, position) as line,
    arg_min(case_no, position) as case_no,
    arg_min(agency, position) as agency,
    arg_min(agency_name, position) as agency_name,
    arg_min(service_item, position) as service_item,
    arg_min(service_item_name, position) as service_item_name,
    arg_min(case_kind, position) as case_kind,
    arg_min(channel, position) as channel,
    arg_min(applicant_kind, position) as applicant_kind,
    arg_min(law_rule, position) as law_rule,
    arg_min(received_at, position) as received_at,
    arg_min(accepted_at, position) as accepted_at,
    arg_min(concluded_at, position) as concluded_at,
    arg_min(supplement_notified_on, position) as supplement_notified_on,
    arg_min(outcome, position) as outcome,
    arg_min(has_reasons, position) as has_reasons,
    arg_min(has_fee_basis, position) as has_fee_basis,
    arg_min(promised_limit, position) as promised_limit,
    arg_min(promised_unit, position) as promised_unit,
    arg_min(statutory_limit, position) as statutory_limit,
    arg_min(statutory_unit, position) as statutory_unit,
    arg_min(promised_due_on, position) as promised_due_on,
    arg_min(deadline_at, position) as deadline_at,
    arg_min(recorded_at, position) as recorded_at,
    arg_min(status, position) as status
from typed_cases
where fault is null
group by case_id
order by position
