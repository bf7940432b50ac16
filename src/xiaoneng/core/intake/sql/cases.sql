-- cases: one row a case. Where the file has no column for a moment, the profile says which step gives it.
-- case_moments has one row a case at most, so no case doubles.
with
dated as (
    select
        event_cases.* replace (
            coalesce(event_cases.received_at, case when $received = 'first_step' then first_at end) as received_at,
            coalesce(event_cases.accepted_at, case_moments.accepted_at) as accepted_at,
            case $concluded
                when 'last_step' then coalesce(event_cases.concluded_at, last_at)
                when 'ending_step' then coalesce(event_cases.concluded_at, ending_at)
                when 'closed_status'
                    then coalesce(event_cases.concluded_at, case when list_contains($closed_status, status) then last_at end)
                else event_cases.concluded_at
            end as concluded_at
        )
    from event_cases
    left join case_moments on case_moments.case_position = event_cases.position
)
select
    case_id, case_no, agency, agency_name, service_item, service_item_name, case_kind, channel, applicant_kind,
    coalesce(law_rule, nullif($law_rule, '')) as law_rule,
    received_at, received_at::date as received_on,
    accepted_at, accepted_at::date as accepted_on,
    concluded_at, concluded_at::date as concluded_on,
    supplement_notified_on,
    case when outcome is null and concluded_at is not null then 'concluded' else outcome end as outcome,
    has_reasons, has_fee_basis,
    promised_limit, promised_unit, statutory_limit, statutory_unit, promised_due_on, deadline_at, recorded_at,
    files.file_hash, files.sheet, line
from dated
join files on files.file_no = dated.position >> 40
order by position
