-- cases_with_limits: one row a case; a limit that the record does not print is taken from the item in force when it came in.
-- Of several versions of an item the latest in force counts, so that a case keeps one row.
with placed as (
    select row_number() over () as row_no, * from cases
),
fitting as (
    select
        placed.row_no, items.promised_limit, items.promised_unit, items.statutory_limit, items.statutory_unit, items.law_rule,
        items.case_kind
    from placed
    join service_items as items
        on items.service_item = placed.service_item
        and coalesce(placed.received_on, placed.accepted_on)
            between coalesce(items.in_force_from, date '0001-01-01') and coalesce(items.in_force_to, date '9999-12-31')
    qualify row_number() over (partition by placed.row_no order by items.in_force_from desc nulls last, items.line) = 1
)
select
    placed.* exclude (row_no) replace (
        coalesce(placed.law_rule, fitting.law_rule) as law_rule,
        coalesce(placed.case_kind, fitting.case_kind) as case_kind,
        case when placed.promised_limit is null and placed.promised_due_on is null
            then fitting.promised_limit else placed.promised_limit end as promised_limit,
        case when placed.promised_limit is null and placed.promised_due_on is null
            then fitting.promised_unit else placed.promised_unit end as promised_unit,
        coalesce(placed.statutory_limit, fitting.statutory_limit) as statutory_limit,
        case when placed.statutory_limit is null then fitting.statutory_unit else placed.statutory_unit end as statutory_unit
    )
from placed
left join fitting using (row_no)
order by row_no
