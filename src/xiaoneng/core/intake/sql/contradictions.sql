-- contradictions: one row a case whose days contradict each other. The case stays in cases, where its clock cannot be judged.
-- A moment at local midnight is a day without a time: it is compared as a day.
with
found as (
    select
        file_hash, sheet, line, case_no,
        case
            when concluded_at < received_at and (concluded_on < received_on or concluded_at <> concluded_on::timestamptz)
                then 'concluded_before_received'
            when $accepted_may_follow_end then null
            when concluded_at < accepted_at and (concluded_on < accepted_on or concluded_at <> concluded_on::timestamptz)
                then 'accepted_after_concluded'
            when accepted_on < received_on then 'accepted_before_received'
        end as reason,
        concluded_at, accepted_at
    from cases
)
select
    file_hash, sheet, line, 'cases' as subject, case_no, reason,
    case when reason = 'concluded_before_received' then 'concluded_at' else 'accepted_at' end as "column",
    (case when reason = 'concluded_before_received' then concluded_at else accepted_at end)::varchar as "value"
from found
where reason is not null
