-- exported_cases: one row a case of a range, its moments and days as they are written.
select
    case_id, case_no, agency, agency_name, service_item, service_item_name, case_kind, channel, applicant_kind, law_rule,
    xn_moment_text(received_at, $zone) as received_at,
    xn_moment_text(accepted_at, $zone) as accepted_at,
    xn_moment_text(concluded_at, $zone) as concluded_at,
    xn_day_text(supplement_notified_on, $zone) as supplement_notified_on,
    outcome, has_reasons, has_fee_basis, promised_limit, promised_unit, statutory_limit, statutory_unit,
    xn_day_text(promised_due_on, $zone) as promised_due_on,
    xn_moment_text(deadline_at, $zone) as deadline_at,
    xn_moment_text(recorded_at, $zone) as recorded_at
from cases
where case_id >= $first_case and ($next_case::varchar is null or case_id < $next_case)
    and xn_is_wanted($agency, agency, agency_name) and xn_is_wanted($service_item, service_item, service_item_name)
order by case_id
