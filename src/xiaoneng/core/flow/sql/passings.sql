-- passings: one row each time a case passes from one holder to another, runs of the same holder taken together.
-- $holder says what holds: an agency; an office of an agency; a handler of an agency. A nameless one is a holder of its own.
-- A passing is a return (ABA) where the next holder after it is the one before it.
with held as (
    select
        case_id, step_no, is_first,
        from_agency,
        case $holder when 'office' then from_office when 'handler' then from_handler end as from_part,
        agency as to_agency,
        case $holder when 'office' then office when 'handler' then handler end as to_part,
        is_start_recorded, waited_workseconds, workday_seconds
    from worked
),
runs as (
    select *
    from held
    where is_first or from_agency is distinct from to_agency or from_part is distinct from to_part
),
followed as (
    select
        *,
        lead(true) over by_case and lead(to_agency) over by_case is not distinct from from_agency
            and lead(to_part) over by_case is not distinct from from_part as is_return
    from runs
    window by_case as (partition by case_id order by step_no)
)
select
    case_id, step_no, from_agency, from_part, to_agency, to_part,
    coalesce(is_return, false) as is_return,
    is_start_recorded,
    waited_workseconds * 86400 // workday_seconds as waited_normalised
from followed
where not is_first
