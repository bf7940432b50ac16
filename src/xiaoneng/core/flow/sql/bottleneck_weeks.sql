-- bottleneck_weeks: one row an agency that answers for cases, thing that costs time, and week in which the cases began: how often,
-- in how many cases, and the working time. Cases of no agency are those of NULL.
-- Working time is made comparable between schedules: seconds of a day of 24 hours, so that 86,400 are one working day.
-- The join cannot double rows: a case has one row in case_strata.
with placed as (
    select
        worked_steps.case_id, case_agency, worked_steps.agency, office, name, from_agency, from_office, from_name, is_first, week,
        (waited_workseconds * 86400 // workday_seconds)::bigint as waited,
        ((waited_workseconds + took_workseconds) * 86400 // workday_seconds)::bigint as spent
    from worked_steps
    join case_strata on case_strata.case_id = worked_steps.case_id
),
things as (
    select
        'step' as kind, case_agency, null::varchar as from_name, name, null::varchar as from_agency, null::varchar as from_office,
        null::varchar as to_agency, null::varchar as to_office, week, case_id, spent as seconds
    from placed
    where spent is not null
    union all
    select 'move', case_agency, from_name, name, null, null, null, null, week, case_id, waited
    from placed
    where waited is not null and not is_first
    union all
    select 'handover', case_agency, null, null, from_agency, from_office, agency, office, week, case_id, waited
    from placed
    where waited is not null and not is_first and (from_agency is distinct from agency or from_office is distinct from office)
),
-- A case that has a thing more than once counts once.
by_case as (
    select
        kind, case_agency, from_name, name, from_agency, from_office, to_agency, to_office, week,
        case_id, count(*) as times, sum(seconds)::bigint as seconds
    from things
    group by all
)
select
    kind, case_agency, from_name, name, from_agency, from_office, to_agency, to_office, week,
    sum(times)::bigint as times, count(*) as cases, sum(seconds)::bigint as seconds
from by_case
group by all
