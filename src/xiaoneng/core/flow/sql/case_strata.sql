-- case_strata: one row a case: what it may be compared with, its limit in working days, and the week in which it began.
-- Weeks are counted from Monday 1970-01-05; cases of one week stand in the same queue and are not independent of each other.
-- A limit in days is taken as five sevenths of it in working days. The join cannot double rows: a case has one row in each.
with began as (
    select case_id, min(arrived_at) as began_at from worked_steps group by case_id
)
select
    cases.case_id,
    cases.agency,
    coalesce(nullif(service_item_name, ''), service_item, '') as item_name,
    coalesce(case_kind, '') as case_kind,
    case
        when promised_limit > 0 and promised_unit = 'workday' then promised_limit
        when promised_limit > 0 and promised_unit = 'day' then promised_limit * 5 / 7
        when statutory_limit > 0 and statutory_unit = 'workday' then statutory_limit
        when statutory_limit > 0 and statutory_unit = 'day' then statutory_limit * 5 / 7
    end::double as limit_workdays,
    (datediff('day', date '1970-01-05', began_at::date) // 7)::bigint as week
from cases
join began on began.case_id = cases.case_id
